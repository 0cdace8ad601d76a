"""The documentation of the command line names every command there is, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path

import typer.main

from monitor.cli.commands import build

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def _commands() -> Iterator[str]:
    cli = build()
    for command in cli.registered_commands:
        yield f"monitor {_name(command)}"
    for group in cli.registered_groups:
        assert group.typer_instance is not None
        for command in group.typer_instance.registered_commands:
            yield f"monitor {group.name} {_name(command)}"


def _name(command: "typer.models.CommandInfo") -> str:
    if command.name:
        return command.name
    assert command.callback is not None
    return command.callback.__name__


def test_every_command_is_documented_and_nothing_else_is() -> None:
    rows = re.findall(r"^\| `(monitor [^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    commands = sorted(_commands())

    assert sorted(
        each for each in commands for row in rows if f"{row} ".startswith(f"{each} ")
    ) == (commands)
    assert len(rows) == len(commands)
