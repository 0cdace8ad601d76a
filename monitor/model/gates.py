"""Gates: which notices leave by themselves, which wait for a person, and which never leave."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from monitor.model.cause import Cause
from monitor.model.incident import Severity
from monitor.model.notice import NoticeKind


class GateAction(StrEnum):
    """What a gate does with a notice; *wait* keeps it until the conditions are met."""

    AUTO = "auto"
    APPROVE = "approve"
    NEVER = "never"
    WAIT = "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Hours of the platform's day in which nobody is to be disturbed; they may span midnight."""

    start: time
    end: time
    time_zone: str = "Asia/Shanghai"

    def cover(self, now: datetime) -> bool:
        """Whether *now* is one of them."""
        clock = now.astimezone(ZoneInfo(self.time_zone)).time()
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A rule on notices of *kinds* about *causes*, all where empty.

    *action* is taken once every condition holds, *otherwise* before. Conditions: the *confidence*
    of the verdict, so long since the confirmation and since the first failure, the least
    *severity*, no *quiet_hours*, and fewer than *most* notices within *per_seconds* on its subject.
    """

    kinds: tuple[NoticeKind, ...] = ()
    causes: tuple[Cause, ...] = ()
    action: GateAction = GateAction.AUTO
    confidence: float | None = None
    confirmed_for_seconds: float = 0.0
    min_duration_seconds: float = 0.0
    severity: Severity | None = None
    quiet_hours: QuietHours | None = None
    most: int = 0
    per_seconds: float = 3600.0
    otherwise: GateAction = GateAction.WAIT

    def holds_for(self, kind: NoticeKind, cause: Cause) -> bool:
        """Whether the gate decides about a notice of *kind* on trouble with *cause*."""
        return kind in (self.kinds or (kind,)) and cause in (self.causes or (cause,))
