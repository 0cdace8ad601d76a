"""Keeps within a receiver's own limits, because who exceeds them is locked out for minutes."""

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Pace:
    """At most *most* messages in any *seconds*; times are on the monotonic clock."""

    most: int
    seconds: float
    _sent: deque[float] = field(default_factory=deque)

    def take(self, now: float) -> float:
        """Return 0 and count one message, or the seconds to wait until one may be sent."""
        while self._sent and now - self._sent[0] >= self.seconds:
            self._sent.popleft()
        if len(self._sent) >= self.most:
            return self.seconds - (now - self._sent[0])
        self._sent.append(now)
        return 0.0
