"""Causes and diagnoses: our judgement of why something fails, with its evidence."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.model.signals import Evidence


class Cause(StrEnum):
    """Why something fails; the set is closed and every member has a rule or an owner."""

    MAINTENANCE = "maintenance"
    SERVER_OVERLOAD = "server_overload"
    DATABASE_ANOMALY = "database_anomaly"
    NETWORK_ATTACK = "network_attack"
    THIRD_PARTY_INTERFACE = "third_party_interface"
    NETWORK_FAULT = "network_fault"
    APPLICATION_FAULT = "application_fault"
    REGULATORY = "regulatory"
    MONITOR_FAULT = "monitor_fault"
    UNKNOWN = "unknown"

    @property
    def runbook(self) -> str:
        """Where the documentation says what to do: confirm, contain, restore, tell whom."""
        return f"docs/operations/{self.value}.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A cause that was weighed, with the confidence its evidence gives (0..1)."""

    cause: Cause
    subcause: str
    confidence: float
    component: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The verdict on one failing component.

    *component* is where the cause sits, which may be a dependency of the failing one;
    *candidates* are ranked, best first, and contain the verdict itself unless it is unknown.
    """

    cause: Cause
    subcause: str
    confidence: float
    component: str
    evidence: tuple[Evidence, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    @classmethod
    def unknown(cls, component: str, candidates: tuple[Candidate, ...] = ()) -> "Diagnosis":
        """Return the honest verdict where no rule has enough evidence."""
        return cls(
            cause=Cause.UNKNOWN,
            subcause="",
            confidence=0.0,
            component=component,
            candidates=candidates,
        )
