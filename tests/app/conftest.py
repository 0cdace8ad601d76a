"""A switchable target and a monitor that watches it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.support import Run, Target, target


@pytest.fixture(name="goal")
def _goal() -> Iterator[Target]:
    with target() as server:
        yield server


@pytest.fixture(name="run")
def _run(tmp_path: Path, goal: Target) -> Iterator[Run]:
    run = Run(tmp_path, goal.server_port)
    yield run
    if run.process is not None and run.process.poll() is None:
        run.stop()
