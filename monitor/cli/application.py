"""What the command line needs of `app.py`, which knows all concrete classes."""

import logging
from pathlib import Path
from typing import Any, Protocol

import typer

from monitor.cli.exits import give_up
from monitor.config import ConfigError
from monitor.model.configuration import Configuration
from monitor.model.observation import Observation


class Application(Protocol):
    """The doings that need the whole house."""

    def run(self, config_path: Path, /) -> int:
        """Run the monitor until it is told to stop and return its exit code."""

    def load_configuration(self, config_path: Path, /) -> Configuration: ...

    def configuration_schema(self) -> dict[str, Any]: ...

    async def probe_once(self, config_path: Path, name: str, /) -> Observation: ...

    async def diagnose_for(self, config_path: Path, seconds: float, /) -> list[dict[str, Any]]: ...


def application(context: typer.Context) -> Application:
    """Return the one that was passed in, or else the real one, imported only by who needs it."""
    given: Application | None = context.obj
    if given is not None:
        return given
    from monitor import app, logs

    # Until `run` says otherwise, only what is wrong is worth a line beside the answer.
    logs.configure(logging.WARNING)
    return app


def load_or_give_up(app: Application, config_path: Path) -> Configuration:
    """Return the configuration, or end the command with all its problems on stderr."""
    try:
        return app.load_configuration(config_path)
    except ConfigError as error:
        give_up(f"{config_path} cannot be used\n{error}")
