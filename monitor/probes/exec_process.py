"""Runs a program without a shell: output bounded, environment our own, ended with its group."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

# How long what a program left in its pipes is waited for after its end; a child that it left
# behind may hold them open.
_DRAIN_SECONDS = 0.2
# How long the end of a killed program is waited for; one that hangs in the kernel is left to it.
_KILL_SECONDS = 0.2

# Nothing else of the monitor's environment is passed on: secrets come from there.
_INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "HOME")

_OUTPUT, _ERRORS = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a program ended; a negative *status* is the signal that ended it."""

    status: int
    output: str
    errors: str


async def run(
    command: Sequence[str], *, environment: Mapping[str, str], directory: str, most: int
) -> Ended:
    """Run *command* to its end; OSError where it cannot be started.

    When the caller is cancelled, the program and all of its process group are killed.
    """
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    transport, program = await asyncio.get_running_loop().subprocess_exec(
        lambda: _Program(most),
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=directory or None,
        env={**inherited, **environment},
        start_new_session=True,
    )
    try:
        await program.ended.wait()
        await _within(program.drained, _DRAIN_SECONDS)
        return Ended(
            status=transport.get_returncode() or 0,
            output=program.text(_OUTPUT),
            errors=program.text(_ERRORS),
        )
    finally:
        # A plugin that became another user, as sudo makes one, may not be killed by us.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(transport.get_pid(), signal.SIGKILL)
        try:
            await _within(program.ended, _KILL_SECONDS)
        finally:
            with suppress(PermissionError):
                transport.close()


async def _within(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


class _Program(asyncio.SubprocessProtocol):
    """Collects so many bytes of what a program prints, and forgets the rest."""

    def __init__(self, most: int) -> None:
        self.ended = asyncio.Event()
        self.drained = asyncio.Event()
        self._most = most
        self._printed = {_OUTPUT: b"", _ERRORS: b""}
        self._open = {_OUTPUT, _ERRORS}

    def text(self, pipe: int) -> str:
        """Return what came through a pipe."""
        return self._printed[pipe].decode(errors="replace")

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._printed[fd] += data[: self._most - len(self._printed[fd])]

    def pipe_connection_lost(self, fd: int, _exc: Exception | None) -> None:
        self._open.discard(fd)
        if not self._open:
            self.drained.set()

    def process_exited(self) -> None:
        self.ended.set()
