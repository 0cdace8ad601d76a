"""Serves an ASGI application on a socket that was bound before anything else started."""

import asyncio
import resource
import socket
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn

from monitor.web.connections import Bounds, bounded_protocol

Message = MutableMapping[str, Any]
AsgiApp = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]

BACKLOG = 2048
STOP_SECONDS = 3


class ListenerBusyError(OSError):
    """An address cannot be listened on; the message names it and says why."""


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one. Raises ListenerBusyError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        message = f"cannot listen on {host}:{port}: {error.strerror or error}"
        raise ListenerBusyError(message) from error
    listener.settimeout(0.0)
    return listener


class _Server(uvicorn.Server):
    """Leaves the process's signals to the application that owns the loop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the listeners and say so."""
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class Serving:
    """One ASGI application on one socket."""

    def __init__(self, app: AsgiApp, listener: socket.socket, bounds: Bounds | None = None) -> None:
        descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        config = uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            http=bounded_protocol(bounds or Bounds.of(descriptors)),
            date_header=True,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        self._server = _Server(config)
        self._listener = listener
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to answer; returns once requests are accepted."""
        self._task = asyncio.create_task(self._server.serve([self._listener]))
        await self._server.ready.wait()

    async def stop(self) -> None:
        """Answer what is under way, for a few seconds at most, and close."""
        self._server.should_exit = True
        if self._task is not None:
            with suppress(asyncio.CancelledError):
                await self._task
        self._listener.close()
