"""Serves one ASGI application on a loopback port until the supervisor ends the process."""

import argparse
import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from monitor.demo.layout import Layout
from monitor.demo.ports import HOST

AppFactory = Callable[[Layout, str], ASGIApp]


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """What a process of the demo is told when it starts."""

    layout: Layout
    name: str
    port: int


class _Server(uvicorn.Server):
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Leave Ctrl-C to the supervisor, which ends everything in the right order."""
        if sig != signal.SIGINT:
            super().handle_exit(sig, frame)


def serve(make_app: AppFactory, name: str) -> None:
    """Run an application as the main program of a process named on the command line."""
    given = read_arguments(name)
    config = uvicorn.Config(
        make_app(given.layout, given.name),
        host=HOST,
        port=given.port,
        access_log=False,
        log_level=logging.WARNING,
        timeout_graceful_shutdown=2,
    )
    _Server(config).run()


def read_arguments(name: str) -> Arguments:
    """Read what the supervisor passes to every process of the demo."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    parser = argparse.ArgumentParser(description=f"The process {name} of the demo platform.")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--name", default=name)
    options = parser.parse_args()
    return Arguments(layout=Layout.at(options.data_dir), name=options.name, port=options.port)


def ignore_interrupts() -> None:
    """Leave Ctrl-C to the supervisor."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
