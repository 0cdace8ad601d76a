"""Deadlines for reports to authorities: the product reminds, a person reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.incident import Incident, IncidentStatus, Severity
from monitor.model.incident_work import Report


class ReportClock(StrEnum):
    """What starts the time: that the incident was confirmed, or that it was classified."""

    DETECTION = "detection"
    CLASSIFICATION = "classification"


class ReportState(StrEnum):
    """How a deadline stands."""

    WAITING = "waiting"
    SOON = "soon"
    OVERDUE = "overdue"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDeadline:
    """One rule of the operator's: report *after_seconds* from *clock*.

    It holds for incidents of at least *severity* and of exactly *level*, where those are given.
    *remind_seconds* before it is due, people are reminded.
    """

    rule: str
    after_seconds: float
    clock: ReportClock = ReportClock.DETECTION
    severity: Severity | None = None
    level: str = ""
    remind_seconds: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDue:
    """A deadline that runs for one incident."""

    deadline: ReportDeadline
    started_at: datetime
    report: Report | None = None

    @property
    def due_at(self) -> datetime:
        """When the report must have been made."""
        return self.started_at + timedelta(seconds=self.deadline.after_seconds)

    @property
    def remind_at(self) -> datetime:
        """When people are reminded, which is never before the clock starts."""
        lead = min(self.deadline.remind_seconds, self.deadline.after_seconds)
        return self.due_at - timedelta(seconds=lead)

    def state(self, now: datetime) -> ReportState:
        """Return how it stands at *now*."""
        if self.report is not None:
            return ReportState.REPORTED
        if now >= self.due_at:
            return ReportState.OVERDUE
        return ReportState.SOON if now >= self.remind_at else ReportState.WAITING


def reports_due(incident: Incident, deadlines: Iterable[ReportDeadline]) -> tuple[ReportDue, ...]:
    """Return the deadlines that run for *incident*, the first one due first.

    The end of the incident does not stop them. What a person reported is kept, even where a later
    decision makes its deadline void.
    """
    made = {each.rule: each for each in incident.reports}
    running = [
        ReportDue(deadline=each, started_at=started_at, report=made.get(each.rule))
        for each in deadlines
        if (started_at := _clock(incident, each)) is not None
    ]
    return tuple(sorted(running, key=lambda each: each.due_at))


def is_awaited(incident: Incident, deadlines: Iterable[ReportDeadline]) -> bool:
    """Whether a report of *incident* is still to be made."""
    return any(each.report is None for each in reports_due(incident, deadlines))


def _clock(incident: Incident, deadline: ReportDeadline) -> datetime | None:
    """Return since when the time runs, or None where the deadline does not hold."""
    if incident.status is IncidentStatus.WITHDRAWN:
        return None
    least = deadline.severity
    if least is not None and incident.effective_severity.rank < least.rank:
        return None
    if deadline.level and incident.level != deadline.level:
        return None
    if deadline.clock is ReportClock.DETECTION:
        return incident.confirmed_at
    # Without a severity or level of its own, only a person's judgement is a classification.
    is_any = least is None and not deadline.level
    times = [
        each.at
        for each in incident.classified
        if (not is_any or each.author)
        and (least is None or each.severity.rank >= least.rank)
        and (not deadline.level or each.level == deadline.level)
    ]
    return min(times, default=None)
