"""`notices.gates`: which notices leave by themselves, wait for a person, or never leave."""

import re
from datetime import time
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from monitor.config.durations import PositiveSeconds, Seconds
from monitor.config.section import Section
from monitor.model.cause import Cause
from monitor.model.gates import Gate, GateAction, QuietHours
from monitor.model.incident import Severity
from monitor.model.notice import NoticeKind

Kind = Literal[
    "maintenance_planned",
    "maintenance_reminder",
    "maintenance_started",
    "maintenance_extended",
    "maintenance_overrunning",
    "maintenance_completed",
    "maintenance_cancelled",
    "disruption",
    "regulatory",
    "cause_known",
    "update",
    "monitoring",
    "recovery",
    "summary",
]
CauseName = Literal[
    "maintenance",
    "server_overload",
    "database_anomaly",
    "network_attack",
    "third_party_interface",
    "network_fault",
    "application_fault",
    "regulatory",
    "unknown",
]
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _clock(text: str) -> str:
    if not _CLOCK.fullmatch(text):
        raise ValueError('expected a time of day such as "23:00"')
    return text


Clock = Annotated[str, AfterValidator(_clock)]


class QuietHoursSection(Section):
    """Hours in the platform's zone; they may span midnight."""

    start: Clock = Field(alias="from")
    end: Clock = Field(alias="to")

    def value(self, time_zone: str) -> QuietHours:
        return QuietHours(
            start=time.fromisoformat(self.start),
            end=time.fromisoformat(self.end),
            time_zone=time_zone,
        )


class RateSection(Section):
    """At most so many notices on one incident or window in a span of time."""

    most: int = Field(ge=1)
    per: PositiveSeconds = 3600.0


class GateSection(Section):
    """One gate; the first that fits a notice decides."""

    kinds: tuple[Kind, ...] = Field(default=(), strict=False)
    causes: tuple[CauseName, ...] = Field(default=(), strict=False)
    action: Literal["auto", "approve", "never"] = "auto"
    confidence: float | None = Field(default=None, ge=0, le=1)
    confirmed_for: Seconds = 0.0
    min_duration: Seconds = 0.0
    severity: Literal["minor", "major", "critical"] | None = None
    quiet_hours: QuietHoursSection | None = None
    rate: RateSection | None = None
    otherwise: Literal["wait", "approve", "never"] = "wait"

    def value(self, time_zone: str) -> Gate:
        """Return the gate with its quiet hours in *time_zone*."""
        return Gate(
            kinds=tuple(NoticeKind(each) for each in self.kinds),
            causes=tuple(Cause(each) for each in self.causes),
            action=GateAction(self.action),
            confidence=self.confidence,
            confirmed_for_seconds=self.confirmed_for,
            min_duration_seconds=self.min_duration,
            severity=Severity(self.severity) if self.severity else None,
            quiet_hours=self.quiet_hours.value(time_zone) if self.quiet_hours else None,
            most=self.rate.most if self.rate else 0,
            per_seconds=self.rate.per if self.rate else 3600.0,
            otherwise=GateAction(self.otherwise),
        )
