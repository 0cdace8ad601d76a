"""Alerts: the channels through which operators are told, one file per channel."""
