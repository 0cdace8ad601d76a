"""Planned maintenance: scope, lifecycle, overrun and what a window excuses; pure."""
