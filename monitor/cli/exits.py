"""What a command's exit code says, and the one way a command gives up."""

import sys
from enum import IntEnum
from typing import NoReturn

import typer


class Exit(IntEnum):
    """0: fine; 1: the answer is that something fails; 2: it could not be asked or answered."""

    FINE = 0
    FAILING = 1
    UNUSABLE = 2


class ClientError(Exception):
    """The monitor cannot be found or reached, or refused what was asked; the text says how."""


def give_up(message: str) -> NoReturn:
    """Say on stderr why the command cannot do its work, and end it."""
    print(f"monitor: {message}", file=sys.stderr)
    raise typer.Exit(Exit.UNUSABLE)


def leave(*, failing: bool) -> None:
    """End the command with 1 where the answer is that something fails."""
    if failing:
        raise typer.Exit(Exit.FAILING)
