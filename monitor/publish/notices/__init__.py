"""Notices to the platform's users: what is due, what may be said, and how it is worded."""
