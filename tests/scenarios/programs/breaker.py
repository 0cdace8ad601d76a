"""A circuit breaker: after a few failures in a row nobody is asked for a while."""

import time

FAILURES = 3


class Breaker:
    """Open for *rest_seconds* after three failures in a row; then one try decides."""

    def __init__(self, rest_seconds: float) -> None:
        self._rest_seconds = rest_seconds
        self._failures = 0
        self._closed_at = 0.0

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self._closed_at

    def note(self, *, ok: bool) -> None:
        """Count how an attempt went."""
        self._failures = 0 if ok else self._failures + 1
        if self._failures >= FAILURES:
            self._closed_at = time.monotonic() + self._rest_seconds
