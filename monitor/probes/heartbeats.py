"""Heartbeats: what a job is expected to send, and the last beat of each."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field, SecretStr

from monitor.clock import Clock
from monitor.model.check import Check
from monitor.probes.fields import Seconds, Spec

# Enough for the reason of a failure; a beat comes from outside.
_LONGEST_DETAIL = 200


class HeartbeatSpec(Spec):
    """How often a job reports, how late it may be, and the token by which it is known."""

    token: Annotated[SecretStr, Field(min_length=8)]
    every: Seconds | None = None
    grace: Seconds = 60
    degraded_after: Seconds | None = None

    def silence_seconds(self, check: Check) -> float:
        """Return how old the last beat may be."""
        return (self.every or check.interval_seconds) + self.grace


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One report of a job: whether it went well and, where it says so, how long it took.

    *heard_at* is monotonic, so that a stepped clock makes no silence.
    """

    at: datetime
    heard_at: float
    ok: bool = True
    duration_seconds: float | None = None
    detail: str = ""


class HeartbeatBook:
    """The last beat per check, in memory: after a restart a job has its time to report anew."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._beats: dict[str, Beat] = {}
        self._listening: dict[str, float] = {}

    def record(
        self,
        check: Check,
        token: str,
        *,
        ok: bool = True,
        duration_seconds: float | None = None,
        detail: str = "",
    ) -> bool:
        """Note a beat; False where *check* takes none, or none with that token."""
        spec = check.spec
        if not isinstance(spec, HeartbeatSpec):
            return False
        if not hmac.compare_digest(spec.token.get_secret_value().encode(), token.encode()):
            return False
        self._beats[check.name] = Beat(
            at=self._clock.now(),
            heard_at=self._clock.monotonic(),
            ok=ok,
            duration_seconds=duration_seconds,
            detail=detail[:_LONGEST_DETAIL],
        )
        return True

    def last(self, check: str) -> Beat | None:
        """Return the last beat of a check, None before the first one."""
        return self._beats.get(check)

    def waited_seconds(self, check: str) -> float:
        """Return for how long beats of a check have been listened for."""
        now = self._clock.monotonic()
        return now - self._listening.setdefault(check, now)

    def keep(self, names: frozenset[str]) -> None:
        """Forget all checks but those with one of these *names*."""
        for known in (self._beats, self._listening):
            for name in known.keys() - names:
                del known[name]
