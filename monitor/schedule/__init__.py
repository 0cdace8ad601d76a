"""Decides when checks run; the only home of APScheduler."""
