"""The documentation of the command line names every command there is, and no other."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
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


RUNBOOKS = sorted((PAGE.parent / "operations").rglob("*.md"))


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda each: f"{each.parent.name}/{each.stem}")
def test_the_commands_of_a_runbook_can_be_typed(runbook: Path) -> None:
    text = re.sub(r"\s+", " ", runbook.read_text(encoding="utf-8"))
    for line in re.findall(r"`monitor ([^`]+)`", text):
        command: Any = typer.main.get_command(build())
        words = shlex.split(line)
        while hasattr(command, "commands"):
            command = command.commands[words.pop(0)]
        given = {word for word in words if word.startswith("-")}
        options = {name: each for each in command.params for name in each.opts}

        assert given <= set(options), line
        left_out = set(command.params) - {options[each] for each in given}
        assert not words or not [each for each in left_out if each.required and _is_option(each)]


def _is_option(parameter: Any) -> bool:
    return bool(parameter.opts[0].startswith("-"))
