"""The public page: what the platform's users see, served from memory."""
