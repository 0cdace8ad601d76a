"""Reads check definitions from YAML, strictly, and turns them into model values."""

from monitor.config.changes import CheckChanges, check_changes, until_restart
from monitor.config.durations import parse_duration
from monitor.config.facts import load_facts
from monitor.config.json_schema import schema
from monitor.config.loading import load
from monitor.config.problem import ConfigError, Problem
from monitor.config.watching import FileWatch

__all__ = [
    "CheckChanges",
    "ConfigError",
    "FileWatch",
    "Problem",
    "check_changes",
    "load",
    "load_facts",
    "parse_duration",
    "schema",
    "until_restart",
]
