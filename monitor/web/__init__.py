"""The public page and the operations interface, as two ASGI applications."""
