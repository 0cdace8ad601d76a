"""Runs `child.py` and listens to what it says."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.storage import child
from tests.storage.conftest import Place

ROOT = Path(__file__).parents[2]


class Child:
    """The process, and all it said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[dict[str, Any]] = []

    def listen(self, until: Callable[[dict[str, Any]], bool] | None = None) -> None:
        """Read its lines until one pleases, or until it has ended."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(json.loads(line))
            if until and until(self.said[-1]):
                return
        assert until is None, f"the process ended: {self.process.wait()}"

    def words(self, key: str) -> list[Any]:
        return [each[key] for each in self.said if key in each]


@contextmanager
def writing(place: Place) -> Iterator[Child]:
    """Let a process write into the store inside the block."""
    command = [sys.executable, "-m", child.__name__, place.url, str(place.data_dir)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield Child(process)
        finally:
            process.kill()
