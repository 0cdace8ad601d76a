"""Builds the public view from the present, the record and the notices; what is internal stays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, TypeVar
from zoneinfo import ZoneInfo

from monitor.model.check import Check
from monitor.model.configuration import Configuration
from monitor.model.history import DayHistory, StatusSpell
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.notice import Notice
from monitor.model.platform import Service
from monitor.model.snapshot import Snapshot
from monitor.model.status import Status
from monitor.publish.notices.gather import Gatherer
from monitor.web.public.chart import ResponseChart
from monitor.web.public.extract import Extracts, public_day, uptime_of, with_present
from monitor.web.public.view import LastKnown, PublicDay, PublicPlatform, PublicService, PublicView

DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the store gives for the page; *days*, *spells* and *responses* per service.

    *incidents* and *windows* may repeat those of the snapshot, which win. Without
    *monitored_since*, the first day of which anything is known counts. *unread_since* is when the
    store was last read, where it cannot be read now.
    """

    incidents: Sequence[Incident] = ()
    windows: Sequence[Window] = ()
    notices: Sequence[Notice] = ()
    days: Mapping[str, Sequence[DayHistory]] = field(default_factory=dict)
    spells: Mapping[str, tuple[StatusSpell, ...]] = field(default_factory=dict)
    responses: Mapping[str, ResponseChart] = field(default_factory=dict)
    monitored_since: datetime | None = None
    unread_since: datetime | None = None


class _Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Named)


class _History(NamedTuple):
    """A service's days as they are shown, and since when something is known of it."""

    source: Sequence[DayHistory]
    days: tuple[PublicDay, ...]
    uptime: float | None
    since: datetime | None

    @classmethod
    def of(cls, source: Sequence[DayHistory]) -> "_History":
        latest = source[-DAYS:]
        known = (each.start for each in latest if each.time.worst is not Status.UNKNOWN)
        days = tuple(public_day(each) for each in latest)
        return cls(source, days, uptime_of(latest), min(known, default=None))


class ViewBuilder:
    """Builds views of one configuration; what does not change between two is computed once."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._graph = configuration.graph()
        self._extracts = Extracts(Gatherer(configuration))
        self._platform = _platform(configuration)
        self._zone = ZoneInfo(configuration.platform.time_zone)
        self._checks: Mapping[str, Check] = {}
        self._fresh: dict[str, float] = {}
        self._histories: dict[str, _History] = {}

    def build(
        self,
        snapshot: Snapshot,
        record: Record,
        last_known: Mapping[str, LastKnown] | None = None,
    ) -> PublicView:
        """Return the public view; *last_known* is `last_known_of` the view before."""
        incidents = _merged(record.incidents, snapshot.incidents)
        windows = _merged(record.windows, snapshot.windows)
        services = tuple(
            self._service(each, snapshot, record, incidents, (last_known or {}).get(each.name))
            for each in self._configuration.services
        )
        first_known = (each.since for each in self._histories.values() if each.since is not None)
        since = record.monitored_since or min(first_known, default=snapshot.at)
        return PublicView(
            platform=self._platform,
            services=services,
            incidents=self._extracts.incidents(incidents, record.notices),
            windows=self._extracts.windows(windows, record.notices),
            monitored_since=since,
            record_at=record.unread_since,
            impaired=any(each.cleared_at is None for each in snapshot.faults),
            at=snapshot.at,
        )

    def _service(
        self,
        service: Service,
        snapshot: Snapshot,
        record: Record,
        incidents: Sequence[Incident],
        last_known: LastKnown | None,
    ) -> PublicService:
        seen = snapshot.services.get(service.name)
        status = seen.displayed if seen else Status.UNKNOWN
        spells = record.spells.get(service.name, ())
        history = self._history(service.name, record.days.get(service.name, ()))
        today = snapshot.at.astimezone(self._zone).date()
        return PublicService(
            name=service.name,
            names=service.names,
            descriptions=service.descriptions,
            status=status,
            since=seen.since if seen else snapshot.at,
            seen_at=seen.updated_at if seen else snapshot.at,
            # Beside a status it says nothing, and moves with every observation.
            last_known=(last_known or _last_shown(spells)) if status is Status.UNKNOWN else None,
            settling=self._is_settling(service.name, snapshot, incidents),
            spells=spells,
            response=record.responses.get(service.name),
            days=with_present(history.days, status, today),
            uptime=history.uptime,
            fresh_seconds=self._fresh_seconds(service.name, snapshot.checks),
        )

    def _is_settling(self, service: str, snapshot: Snapshot, incidents: Sequence[Incident]) -> bool:
        """Whether it may not be called normal though it looks so: a spare is gone, a watch runs."""
        behind = (snapshot.components.get(each) for each in self._graph.all_needs(service))
        unwell = any(each is not None and each.observed.is_bad for each in behind)
        return unwell or any(self._unsettled(each, service, snapshot.at) for each in incidents)

    def _unsettled(self, incident: Incident, service: str, now: datetime) -> bool:
        if service not in incident.services:
            return False
        if not incident.status.is_ended or incident.recovered_at is None:
            return not incident.status.is_ended
        watch = timedelta(seconds=self._configuration.watch.seconds_for(incident.severity))
        return now - incident.recovered_at < watch

    def _history(self, service: str, days: Sequence[DayHistory]) -> _History:
        held = self._histories.get(service)
        if held is None or held.source is not days:
            held = _History.of(days)
            self._histories[service] = held
        return held

    def _fresh_seconds(self, service: str, checks: Mapping[str, Check]) -> float:
        """Return two of the longest interval with which anything it needs is probed."""
        if checks is not self._checks:
            self._checks = checks
            self._fresh.clear()
        if service not in self._fresh:
            needs = self._graph.all_needs(service)
            spans = [
                each.interval_seconds + each.timeout_seconds
                for each in checks.values()
                if each.component in needs and each.enabled
            ]
            self._fresh[service] = 2 * max(spans, default=0.0)
        return self._fresh[service]


def _last_shown(spells: Sequence[StatusSpell]) -> LastKnown | None:
    """Return what the history knows last: after a restart no view remembers it."""
    last = next((each for each in reversed(spells) if each.status is not Status.UNKNOWN), None)
    return LastKnown(last.status, last.end) if last else None


def _platform(configuration: Configuration) -> PublicPlatform:
    platform = configuration.platform
    return PublicPlatform(
        names=platform.names,
        contact=platform.contact,
        issuer=platform.issuer or platform.names,
        time_zone=platform.time_zone,
        locales=platform.locales,
        default_locale=platform.default_locale,
        url=platform.public_url.rstrip("/"),
        texts=configuration.notices.texts,
    )


def _merged(stored: Iterable[T], present: Iterable[T]) -> list[T]:
    merged: dict[str, T] = {}
    for each in (*stored, *present):
        merged[each.id] = each
    return list(merged.values())
