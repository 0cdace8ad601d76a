"""Runs commands: against a served API, against a scripted application, or as processes."""

import json
from collections.abc import Callable, Iterator
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor.cli.commands import build
from tests.cli.api import Api, serving


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `monitor ARGUMENTS` with an empty environment but for DATA_DIR."""

    def run(*arguments: str, application: object = None, **environment: str) -> Ran:
        env = {"DATA_DIR": str(tmp_path), **environment}
        # As in a process of its own, nothing is left of the commands before.
        result = copy_context().run(
            CliRunner().invoke, build(), list(arguments), obj=application, env=env
        )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    """A monitor that runs on the DATA_DIR of `run`."""
    with serving(tmp_path) as served:
        yield served
