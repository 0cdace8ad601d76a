"""A visitor's connection, bounded: how many there are, how slow one is and how large a head."""

from asyncio import TimerHandle, Transport
from dataclasses import dataclass

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 32 * 1024
FEWEST, MOST = 100, 4000


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many connections there may be, and how long one may take to ask and to listen."""

    connections: int
    head_seconds: float = 15.0
    body_seconds: float = 30.0
    answer_seconds: float = 60.0

    @classmethod
    def of(cls, descriptors: int) -> "Bounds":
        """Return the bounds in a process with so many descriptors, most of which are for probes."""
        return cls(max(FEWEST, min(MOST, descriptors // 8)))


class BoundedProtocol(HttpToolsProtocol):
    """Ends a connection that is one too many, or whose question or answer takes too long.

    Visitors must not use up the descriptors and the memory that probing needs.
    """

    bounds = Bounds(FEWEST)
    _asked = 0
    _in_head = True
    _question: TimerHandle | None = None
    _answer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.bounds.connections:
            transport.close()
            return
        self._wait(self.bounds.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._question_came()
        if self._answer is not None:
            self._answer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._question is None and self._asked == 0:
            self._wait(self.bounds.head_seconds)
        self._asked += len(data)
        super().data_received(data)
        # What came may have been the head and much of a body.
        if self._in_head and self._asked > LARGEST_HEAD:
            self.transport.abort()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._wait(self.bounds.body_seconds)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._question_came()
        self._asked, self._in_head = 0, True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._answer is None and self.transport.get_write_buffer_size():
            self._answer = self.loop.call_later(self.bounds.answer_seconds, self._answer_is_due)

    def _answer_is_due(self) -> None:
        self._answer = None
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def _wait(self, seconds: float) -> None:
        """Wait so long for the rest of the head, or of the body, and no longer."""
        self._question_came()
        self._question = self.loop.call_later(seconds, self.transport.abort)

    def _question_came(self) -> None:
        if self._question is not None:
            self._question.cancel()
            self._question = None


def bounded_protocol(bounds: Bounds) -> type[BoundedProtocol]:
    """Return the protocol of a listener with *bounds*."""
    return type("BoundedProtocol", (BoundedProtocol,), {"bounds": bounds})
