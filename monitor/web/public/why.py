"""Answers "is it the platform?" for services at a time; "works" only where that is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.maintenance import WindowStatus
from monitor.model.status import Status
from monitor.web.public.known import is_calm, status_at
from monitor.web.public.view import PublicIncident, PublicService, PublicView, PublicWindow

PRESENT = timedelta(minutes=1)


class Verdict(StrEnum):
    """What is known of a service at the time asked for; the first one decides for several."""

    DISRUPTED = "disrupted"
    MAINTENANCE = "maintenance"
    PLANNED = "planned"
    UNCONFIRMED = "unconfirmed"
    NO_DATA = "no_data"
    WORKING = "working"

    @property
    def is_platform(self) -> bool:
        """Whether the platform itself is the reason."""
        return self in (Verdict.DISRUPTED, Verdict.MAINTENANCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is known of one service; *status* is the word it was shown with."""

    service: PublicService
    status: Status
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The findings with the incidents and windows they rest on; *last* is the last one that ended.

    *is_now* and *is_ahead* say that the time asked for is the present, or has not come yet.
    """

    at: datetime
    findings: tuple[Finding, ...]
    is_now: bool = False
    is_ahead: bool = False
    incidents: tuple[PublicIncident, ...] = ()
    windows: tuple[PublicWindow, ...] = ()
    last: PublicIncident | None = None

    @property
    def verdict(self) -> Verdict:
        """The verdict over all: what harms, then what is not known for sure, then that it works."""
        found = {each.verdict for each in self.findings}
        if len(found) > 1 and found <= {Verdict.NO_DATA, Verdict.WORKING}:
            return Verdict.UNCONFIRMED
        return next((each for each in Verdict if each in found), Verdict.NO_DATA)

    def services(self, verdict: Verdict) -> tuple[PublicService, ...]:
        """Return the services with *verdict*."""
        return tuple(each.service for each in self.findings if each.verdict is verdict)


def answer(
    view: PublicView, services: Sequence[PublicService], at: datetime | None, now: datetime
) -> Answer:
    """Answer for *services* at *at*, which is now where it is None or nearly now."""
    moment = now if at is None or abs(now - at) <= PRESENT else at
    names = {each.name for each in services}
    return Answer(
        at=moment,
        findings=tuple(_finding(view, each, moment, now) for each in services),
        is_now=moment == now,
        is_ahead=moment > now,
        incidents=tuple(each for each in view.incidents if _hits(each, names, moment, now)),
        windows=tuple(each for each in view.windows if _covers(each, names, moment, now)),
        last=_last(view, names, moment),
    )


def _finding(view: PublicView, service: PublicService, moment: datetime, now: datetime) -> Finding:
    names = {service.name}
    covered = any(_covers(each, names, moment, now) for each in view.windows)
    status = service.status if moment == now else status_at(service, moment)
    if moment > now:
        status = Status.UNKNOWN
        verdict = Verdict.PLANNED if covered else Verdict.UNCONFIRMED
    elif any(_hits(each, names, moment, now) for each in view.incidents) or status.is_bad:
        verdict = Verdict.DISRUPTED
    elif covered or status is Status.MAINTENANCE:
        verdict = Verdict.MAINTENANCE
    elif status is Status.UNKNOWN:
        verdict = Verdict.NO_DATA
    elif moment == now:
        verdict = _present(view, service, now)
    else:
        verdict = Verdict.WORKING if is_calm(service, moment) else Verdict.UNCONFIRMED
    return Finding(service=service, status=status, verdict=verdict)


def _present(view: PublicView, service: PublicService, now: datetime) -> Verdict:
    """Return what may be said of now: `working` only on fresh data without doubt."""
    fresh = now - service.seen_at <= timedelta(seconds=service.fresh_seconds)
    doubtful = view.stale or view.impaired or service.settling
    return Verdict.WORKING if fresh and not doubtful else Verdict.UNCONFIRMED


def _hits(incident: PublicIncident, names: set[str], moment: datetime, now: datetime) -> bool:
    if moment > now:
        return False
    return any(
        each.since <= moment <= (each.until or incident.recovered_at or incident.resolved_at or now)
        for each in incident.impact
        if each.service in names
    )


def _covers(window: PublicWindow, names: set[str], moment: datetime, now: datetime) -> bool:
    if names.isdisjoint(window.services) or window.status is WindowStatus.CANCELLED:
        return False
    end = max(window.end, now) if window.status.is_active else window.ends_at
    return window.begins_at <= moment <= end


def _last(view: PublicView, names: set[str], moment: datetime) -> PublicIncident | None:
    """Return the last incident of *names* that had recovered before *moment*."""
    ended = [
        each
        for each in view.incidents
        if not names.isdisjoint(each.services)
        and each.resolved_at is not None
        and each.recovered_at is not None
        and each.recovered_at < moment
    ]
    return max(ended, key=lambda each: each.started_at, default=None)
