"""The command line, as thin as it can be."""

from monitor.cli.commands import main

__all__ = ["main"]
