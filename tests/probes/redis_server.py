"""A real Redis server with options of its own, for tests that harm it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import Signals

from redis import Redis

from tests.support.programs import accepts, free_port, require, running, scratch_folder


@dataclass(frozen=True)
class RedisServer:
    """A running server; *client* commands it as an operator would."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def client(self, password: str | None = None) -> Redis:
        return Redis(port=self.port, password=password, protocol=2)


@contextmanager
def redis_server(*options: str, folder: Path | None = None) -> Iterator[RedisServer]:
    """Run one inside the block; it keeps nothing on disk unless *options* say so."""
    program, port = require("redis-server"), free_port()
    with scratch_folder() as scratch:
        home = folder or scratch
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        command += ["--dir", str(home), *options]
        with running(
            command,
            log=scratch / "log",
            ready=lambda: accepts(port),
            stop=Signals.SIGKILL,
        ) as process:
            yield RedisServer(port, home, process)
