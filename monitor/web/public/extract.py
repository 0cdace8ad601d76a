"""Takes out of incidents, windows, notices and history what may be public, and no more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from math import floor

from monitor.model.cause import Cause
from monitor.model.history import DayHistory, StatusTime
from monitor.model.incident import Incident, IncidentStatus
from monitor.model.maintenance import Window, WindowStatus
from monitor.model.notice import Notice, NoticeKind
from monitor.model.status import Status
from monitor.publish.notices.facts import cause_told, facts_of, published
from monitor.publish.notices.gather import Gatherer
from monitor.web.public.view import (
    PublicDay,
    PublicImpact,
    PublicIncident,
    PublicUpdate,
    PublicWindow,
)

# What of an incident's facts says how things stand.
STATE = ("recovering", "cause", "partner")


def by_subject(notices: Iterable[Notice]) -> Mapping[str, tuple[Notice, ...]]:
    """Return what was published, oldest first, per incident or window."""
    grouped: dict[str, list[Notice]] = {}
    for each in notices:
        grouped.setdefault(each.subject, []).append(each)
    return {subject: published(each) for subject, each in grouped.items()}


class Extracts:
    """What may be public of incidents and windows; what stayed as it was is taken out once."""

    def __init__(self, gatherer: Gatherer) -> None:
        self._gatherer = gatherer
        self._notices: Sequence[Notice] = ()
        self._told: Mapping[str, tuple[Notice, ...]] = {}
        self._incidents: dict[str, tuple[object, PublicIncident]] = {}
        self._windows: dict[str, tuple[object, PublicWindow]] = {}

    def told(self, notices: Sequence[Notice]) -> Mapping[str, tuple[Notice, ...]]:
        """Return what was published, oldest first, per incident or window."""
        if notices is not self._notices:
            self._notices, self._told = notices, by_subject(notices)
        return self._told

    def incidents(
        self, incidents: Sequence[Incident], notices: Sequence[Notice]
    ) -> tuple[PublicIncident, ...]:
        """Return the incidents users were told of; one without a notice is not public yet."""
        told, before = self.told(notices), self._incidents
        self._incidents = {}
        for each in incidents:
            if not (known := told.get(each.id)):
                continue
            source, held = (each, known), before.get(each.id)
            fresh = held if held and held[0] == source else (source, _incident(each, known))
            self._incidents[each.id] = fresh
        public = (each for _, each in self._incidents.values())
        return tuple(sorted(public, key=lambda each: each.started_at, reverse=True))

    def windows(
        self, windows: Sequence[Window], notices: Sequence[Notice]
    ) -> tuple[PublicWindow, ...]:
        """Return the windows that users know of and that touch a service, the last one first."""
        told, before = self.told(notices), self._windows
        self._windows = {}
        for each in windows:
            if not each.is_public:
                continue
            source, held = (each, told.get(each.id, ())), before.get(each.id)
            if held and held[0] == source:
                self._windows[each.id] = held
            elif services := self._gatherer.window_services(each):
                self._windows[each.id] = (source, _window(each, services, source[1]))
        public = (each for _, each in self._windows.values())
        return tuple(sorted(public, key=lambda each: each.start, reverse=True))


def _incident(incident: Incident, notices: tuple[Notice, ...]) -> PublicIncident:
    changed = [
        each
        for each in (incident.monitoring_at, incident.resolved_at, notices[-1].at)
        if each is not None
    ]
    return PublicIncident(
        id=incident.id,
        status=incident.status,
        severity=incident.effective_severity,
        cause=_published_cause(notices),
        impact=tuple(
            PublicImpact(service=each.service, worst=each.worst, since=each.since, until=each.until)
            for each in incident.impact
        ),
        started_at=incident.felt_from,
        updated_at=max(changed),
        recovered_at=incident.felt_until,
        monitoring_at=_monitoring_at(incident),
        resolved_at=incident.resolved_at,
        updates=_updates(notices),
    )


def _monitoring_at(incident: Incident) -> datetime | None:
    watched = incident.status in (IncidentStatus.MONITORING, IncidentStatus.RESOLVED)
    return (incident.monitoring_at or incident.recovered_at) if watched else None


def _published_cause(notices: tuple[Notice, ...]) -> Cause | None:
    last = cause_told(notices)
    facts = facts_of(last).incident if last else None
    return facts.cause if facts else None


def _window(window: Window, services: tuple[str, ...], notices: tuple[Notice, ...]) -> PublicWindow:
    in_progress = window.status is WindowStatus.IN_PROGRESS
    moments = (window.actual_start, window.actual_end, *(each.at for each in notices[-1:]))
    return PublicWindow(
        id=window.id,
        status=window.status,
        title=window.title,
        services=services,
        start=window.start,
        end=window.end,
        actual_start=window.actual_start,
        actual_end=window.actual_end,
        created_at=window.created_at,
        updated_at=max([window.created_at, *(each for each in moments if each is not None)]),
        revision=window.revision,
        verifying=in_progress and window.verifying_since is not None,
        updates=_updates(notices),
    )


def _updates(notices: tuple[Notice, ...]) -> tuple[PublicUpdate, ...]:
    return tuple(
        PublicUpdate(
            id=each.id,
            kind=each.kind,
            at=each.at,
            services=each.services,
            texts=each.texts,
            corrected_at=each.history[-1].at if each.corrected_by and each.history else None,
            repeats=_repeats(each, before),
        )
        for each, before in zip(reversed(notices), [*reversed(notices[:-1]), None], strict=True)
    )


def _repeats(notice: Notice, before: Notice | None) -> bool:
    """Whether an update, without a person's words, finds all as the notice *before* told."""
    if before is None or notice.kind is not NoticeKind.UPDATE or notice.facts.get("statement"):
        return False
    return _state(notice.facts) == _state(before.facts)


def _state(facts: Mapping[str, object]) -> object:
    """Return how things stand by *facts* as they are kept: to decode all of them takes too long."""
    incident = facts.get("incident")
    known = incident if isinstance(incident, dict) else {}
    return facts.get("affected"), [known.get(each) for each in STATE]


def public_day(history: DayHistory) -> PublicDay:
    """Return a day as its bar shows it."""
    time = history.time
    return PublicDay(
        day=history.day,
        worst=time.worst,
        ratio=_floored(time.available_ratio),
        complete=time.seconds.get(Status.UNKNOWN, 0.0) == 0.0,
    )


def with_present(days: tuple[PublicDay, ...], status: Status, today: date) -> tuple[PublicDay, ...]:
    """Return *days*, of which today shows *status* at once, before history is read again."""
    if not days or days[-1].day != today or days[-1].worst.badness >= status.badness:
        return days
    return (*days[:-1], replace(days[-1], worst=status))


def uptime_of(days: Sequence[DayHistory]) -> float | None:
    """Return the share of the known, unplanned time of all *days* in which it did its work."""
    return _floored(StatusTime.total(each.time for each in days).available_ratio)


def _floored(ratio: float | None) -> float | None:
    """Return *ratio* to a hundredth of a percent, never rounded up to a full 100 %."""
    return None if ratio is None else floor(ratio * 10_000) / 10_000
