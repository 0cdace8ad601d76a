"""What a host check remembers: earlier counters for rates, and processes killed for memory."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.probes.growth import Growths
from monitor.probes.host_sample import HostSample, Raw
from monitor.probes.worker import Worker

_MOST_SAMPLES = 128
_MOST_EVENTS = 64

# Counters that are read twice within less than this say nothing about a rate.
_SHORTEST_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Span:
    """How far counters moved within a number of seconds."""

    seconds: float
    before: Mapping[Raw, float]
    after: Mapping[Raw, float]

    def moved(self, raw: Raw) -> float | None:
        """Return by how much a counter grew; a counter that began anew says nothing."""
        before, after = self.before.get(raw), self.after.get(raw)
        if before is None or after is None or after < before:
            return None
        return after - before

    def rate(self, raw: Raw) -> float | None:
        """Return by how much a counter grew per second."""
        moved = self.moved(raw)
        return None if moved is None else moved / self.seconds

    def share(self, part: Raw, whole: Raw, *, least: float) -> float | None:
        """Return the growth of *part* in that of *whole*, where that grew by *least* at least."""
        grown, total = self.moved(part), self.moved(whole)
        if grown is None or total is None or total < least or total <= 0:
            return None
        return grown / total


class HostHistory:
    """The samples of the last seconds; *worker* is where the check's slow calls run."""

    def __init__(self) -> None:
        self.worker = Worker()
        self.growths = Growths()
        self._samples: deque[tuple[float, Mapping[Raw, float]]] = deque(maxlen=_MOST_SAMPLES)
        self._kills: deque[tuple[float, float]] = deque(maxlen=_MOST_EVENTS)
        self._writable: set[str] = set()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was seen before."""
        return not self._samples

    def add(self, sample: HostSample, at: float, over: float) -> Span | None:
        """Take in a sample; return what moved since the one that is *over* seconds old, or older.

        Where none is as old, it is the oldest one; there is no span before the second sample.
        """
        while len(self._samples) > 1 and self._samples[1][0] <= at - over:
            self._samples.popleft()
        self._count_kills(sample, at)
        oldest = self._samples[0] if self._samples else None
        self._samples.append((at, sample.values))
        if oldest is None or at - oldest[0] < _SHORTEST_SECONDS:
            return None
        return Span(at - oldest[0], oldest[1], sample.values)

    def kills(self, since: float) -> float:
        """Return how many processes were killed for memory after *since*."""
        return sum(count for at, count in self._kills if at > since)

    def turned_read_only(self, point: str, *, read_only: bool) -> bool:
        """Whether a mount that could be written before cannot be any more."""
        if not read_only:
            self._writable.add(point)
        return read_only and point in self._writable

    def _count_kills(self, sample: HostSample, at: float) -> None:
        if not self._samples:
            return
        last = self._samples[-1][1].get(Raw.OOM_KILLS)
        now = sample.values.get(Raw.OOM_KILLS)
        if last is not None and now is not None and now > last:
            self._kills.append((at, now - last))
