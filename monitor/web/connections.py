"""A visitor's connection, bounded: how many there are, how slow and how large a head may be."""

from asyncio import TimerHandle, Transport
from dataclasses import dataclass

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 32 * 1024
FEWEST, MOST = 100, 4000


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many connections there may be, and how long one may take to say what it wants."""

    connections: int
    head_seconds: float = 15.0

    @classmethod
    def of(cls, descriptors: int) -> "Bounds":
        """Return the bounds in a process with so many descriptors, most of which are for probes."""
        return cls(max(FEWEST, min(MOST, descriptors // 8)))


class BoundedProtocol(HttpToolsProtocol):
    """Closes a connection that is one too many, or whose head comes too slowly or never ends.

    Visitors must not use up the descriptors and the memory that probing needs.
    """

    bounds = Bounds(FEWEST)
    _head = 0
    _deadline: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.bounds.connections:
            transport.close()
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._deadline is None and self._head == 0:
            self._await_head()
        self._head += len(data)
        if self._deadline is not None and self._head > LARGEST_HEAD:
            self.transport.close()
            return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        self._head_came()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._head = 0
        super().on_message_complete()

    def _await_head(self) -> None:
        self._deadline = self.loop.call_later(self.bounds.head_seconds, self.transport.close)

    def _head_came(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def bounded_protocol(bounds: Bounds) -> type[BoundedProtocol]:
    """Return the protocol of a listener with *bounds*."""
    return type("BoundedProtocol", (BoundedProtocol,), {"bounds": bounds})
