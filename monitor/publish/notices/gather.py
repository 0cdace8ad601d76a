"""Gathers the facts of a notice: what happened, and what is known to work at this moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.model.cause import Cause, Diagnosis
from monitor.model.configuration import Configuration
from monitor.model.graph import Graph
from monitor.model.incident import Incident, IncidentStatus, ServiceImpact
from monitor.model.maintenance import PatternKind, Window
from monitor.model.notice import Notice, NoticeKind
from monitor.model.platform import Component, ComponentKind, LocalizedText, Service
from monitor.model.status import Status
from monitor.publish.notices.facts import (
    Effect,
    FactRecord,
    IncidentFacts,
    ServiceFact,
    WindowFacts,
    cause_told,
    facts_of,
    last_of,
    published,
    window_told,
)
from monitor.publish.notices.policy import nameable_cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the monitor knows at this moment: displayed status per service, and who was told."""

    statuses: Mapping[str, Status] = field(default_factory=dict)
    on_call_informed: bool = False


class Gatherer:
    """Builds fact records of one configuration; nothing internal passes it."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self._graph = configuration.graph()

    def services_of(self, subject: Incident | Window) -> tuple[str, ...]:
        """Return the user-facing services that *subject* touches, in the configured order."""
        if isinstance(subject, Window):
            return self.window_services(subject)
        return tuple(
            each.name for each in self.configuration.services if each.name in subject.services
        )

    def window_services(self, window: Window) -> tuple[str, ...]:
        """Return the user-facing services that *window* touches, in the configured order."""
        touched = reach(window.components, self._graph) | set(window.services)
        return tuple(each.name for each in self.configuration.services if each.name in touched)

    def of_incident(
        self,
        kind: NoticeKind,
        incident: Incident,
        existing: Sequence[Notice],
        known: Known,
        now: datetime,
    ) -> FactRecord:
        """Return the facts of a notice of *kind* about *incident*."""
        recovering = incident.status is IncidentStatus.MONITORING
        shown = [(each.service, _effect(each, kind, known)) for each in incident.impact]
        record = self._record(kind, shown, known, now)
        told = last_of(published(existing), NoticeKind.CAUSE_KNOWN)
        diagnosis = incident.effective_diagnosis
        cause = self._cause(kind, diagnosis, cause_told(existing))
        facts = IncidentFacts(
            started_at=incident.felt_from,
            recovered_at=incident.felt_until,
            recovering=recovering,
            cause=cause,
            subcause=diagnosis.subcause if cause else "",
            partner=self._partner(diagnosis.component) if cause else {},
            corrects=kind is NoticeKind.CAUSE_KNOWN and told is not None,
            **_written(kind, incident),
        )
        return replace(record, incident=facts, acknowledged=incident.acknowledged_at is not None)

    def of_window(
        self,
        kind: NoticeKind,
        window: Window,
        existing: Sequence[Notice],
        known: Known,
        now: datetime,
    ) -> FactRecord:
        """Return the facts of a notice of *kind* about *window*."""
        services = self.window_services(window)
        shown = [(name, _window_effect(name, kind, window, known)) for name in services]
        record = self._record(kind, shown, known, now)
        before = window_told(published(existing))
        facts = WindowFacts(
            start=window.start,
            end=window.end,
            title=window.title,
            previous_start=before.start if before else None,
            previous_end=before.end if before else None,
            actual_start=window.actual_start,
            actual_end=window.actual_end,
            overrun_since=window.overrun_since,
            expected=window.expected,
            source=window.source,
            partner=next((name for each in window.components if (name := self._partner(each))), {}),
        )
        return replace(record, window=facts)

    def _record(
        self,
        kind: NoticeKind,
        shown: Sequence[tuple[str, Effect]],
        known: Known,
        now: datetime,
    ) -> FactRecord:
        platform = self.configuration.platform
        policy = self.configuration.notices
        involved = {name for name, _ in shown}
        services = self._services()
        promises = timedelta(seconds=policy.update_every_seconds)
        return FactRecord(
            kind=kind,
            at=now,
            platform=platform.names,
            time_zone=platform.time_zone,
            affected=tuple(
                _fact(services[name], effect) for name, effect in shown if name in services
            ),
            unaffected=tuple(
                each.names
                for each in services.values()
                if each.name not in involved and (kind in OF_WINDOWS or _works(each, known))
            ),
            alternatives=tuple(each.names for each in self._alternatives(kind, shown, known)),
            contact=platform.contact,
            issuer=platform.issuer or platform.names,
            texts=policy.texts,
            next_update_by=now + promises if kind in PROMISING else None,
            on_call_informed=known.on_call_informed,
        )

    def _services(self) -> Mapping[str, Service]:
        return {each.name: each for each in self.configuration.services}

    def _alternatives(
        self, kind: NoticeKind, shown: Sequence[tuple[str, Effect]], known: Known
    ) -> Iterable[Service]:
        if kind in AHEAD:
            return ()  # Nobody knows today what will work then.
        services, involved = self._services(), {name for name, _ in shown}
        wanted = {
            other
            for name, effect in shown
            if name in services and effect is not Effect.RESTORED
            for other in services[name].alternatives
        }
        return (
            each
            for each in services.values()
            if each.name in wanted - involved and _works(each, known)
        )

    def _cause(self, kind: NoticeKind, diagnosis: Diagnosis, told: Notice | None) -> Cause | None:
        cause = nameable_cause(diagnosis, self.configuration.notices)
        if kind is NoticeKind.CAUSE_KNOWN or cause is None:
            return cause
        before = facts_of(told).incident if told else None
        return cause if before is not None and before.cause is cause else None

    def _partner(self, component: str) -> LocalizedText:
        found = self._graph.components.get(component)
        is_partner = found is not None and found.kind is ComponentKind.THIRD_PARTY
        return found.public_names if found is not None and is_partner else {}


# After these the next one has a promised time.
PROMISING = frozenset(
    {
        NoticeKind.DISRUPTION,
        NoticeKind.CAUSE_KNOWN,
        NoticeKind.UPDATE,
        NoticeKind.HOLDING,
        NoticeKind.MONITORING,
        NoticeKind.MAINTENANCE_OVERRUNNING,
    }
)

AHEAD = frozenset({NoticeKind.MAINTENANCE_PLANNED, NoticeKind.MAINTENANCE_REMINDER})

OF_WINDOWS = frozenset(
    {
        *AHEAD,
        NoticeKind.MAINTENANCE_STARTED,
        NoticeKind.MAINTENANCE_EXTENDED,
        NoticeKind.MAINTENANCE_OVERRUNNING,
        NoticeKind.MAINTENANCE_COMPLETED,
        NoticeKind.MAINTENANCE_CANCELLED,
    }
)


def reach(components: Iterable[str], graph: Graph) -> set[str]:
    """Return all that stands on *components* without a spare."""
    nodes: dict[str, Component | Service] = {**graph.components, **graph.services}
    found, ahead = set(components), list(components)
    while ahead:
        name = ahead.pop()
        for other in graph.needed_by(name) - found:
            edges = [each for each in nodes[other].depends_on if name in each.names]
            if any(not each.is_redundant for each in edges):
                found.add(other)
                ahead.append(other)
    return found


def _written(kind: NoticeKind, incident: Incident) -> dict[str, Any]:
    """Return what a person wrote for users, in the notices that are about it."""
    if kind is NoticeKind.REGULATORY:
        return {"title": incident.title, "regulatory": incident.regulatory}
    account = incident.postmortem if kind is NoticeKind.SUMMARY else None
    return {"account": account.public} if account else {}


def _fact(service: Service, effect: Effect) -> ServiceFact:
    return ServiceFact(
        service=service.name, names=service.names, effect=effect, advice=service.advice
    )


def _works(service: Service, known: Known) -> bool:
    return known.statuses.get(service.name) is Status.OPERATIONAL


_EFFECTS = {
    Status.MAJOR_OUTAGE: Effect.UNAVAILABLE,
    Status.PARTIAL_OUTAGE: Effect.FAILING,
    Status.DEGRADED: Effect.SLOW,
}


def _effect(impact: ServiceImpact, kind: NoticeKind, known: Known) -> Effect:
    """Return what users notice now; at first, and where nothing better is known, the worst."""
    status = known.statuses.get(impact.service, Status.UNKNOWN)
    if kind in (NoticeKind.RECOVERY, NoticeKind.SUMMARY):
        return Effect.RESTORED if status is Status.OPERATIONAL else Effect.UNSETTLED
    if kind is not NoticeKind.DISRUPTION and status is Status.OPERATIONAL:
        return Effect.RESTORED
    effect = _EFFECTS.get(status) or _EFFECTS.get(impact.worst, Effect.FAILING)
    # A service that lost a part it can do without is degraded too, but not slow.
    return Effect.FAILING if effect is Effect.SLOW and impact.failing else effect


def _window_effect(service: str, kind: NoticeKind, window: Window, known: Known) -> Effect:
    ended = kind in (NoticeKind.MAINTENANCE_COMPLETED, NoticeKind.MAINTENANCE_CANCELLED)
    if ended:
        works = known.statuses.get(service) is Status.OPERATIONAL
        return Effect.RESTORED if works else Effect.UNSETTLED
    full = window.expected.kind is PatternKind.FULL
    return Effect.UNAVAILABLE if full else Effect.FAILING
