"""Availability monitor: watches, diagnoses, records and tells what fails and why."""
