"""A circuit breaker: after a few failures in a row nobody is asked for a while."""

import time


class Breaker:
    """Open for *rest_seconds* after so many failures in a row; then one try decides."""

    def __init__(self, rest_seconds: float, failures: int = 3) -> None:
        self._allowed = failures
        self._rest_seconds = rest_seconds
        self._failures = 0
        self._closed_at = 0.0

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self._closed_at

    def note(self, *, ok: bool) -> None:
        """Count how an attempt went."""
        self._failures = 0 if ok else self._failures + 1
        if self._failures >= self._allowed:
            self._closed_at = time.monotonic() + self._rest_seconds
