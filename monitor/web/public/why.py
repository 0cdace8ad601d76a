"""Answers "is it the platform?" for services at a time; "works" only where that is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from monitor.model.maintenance import WindowStatus
from monitor.model.status import Status
from monitor.web.public.view import PublicIncident, PublicService, PublicView, PublicWindow

PRESENT = timedelta(minutes=1)


class Verdict(StrEnum):
    """What is known of the services asked for, at the time asked for."""

    WORKING = "working"
    DISRUPTED = "disrupted"
    MAINTENANCE = "maintenance"
    PLANNED = "planned"
    UNCONFIRMED = "unconfirmed"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A verdict with the incidents and windows it rests on; *last* is the last one that ended."""

    services: tuple[PublicService, ...]
    at: datetime
    verdict: Verdict
    incidents: tuple[PublicIncident, ...] = ()
    windows: tuple[PublicWindow, ...] = ()
    last: PublicIncident | None = None


def answer(
    view: PublicView, services: Sequence[PublicService], at: datetime | None, now: datetime
) -> Answer:
    """Answer for *services* at *at*, which is now where it is None or nearly now."""
    moment = now if at is None or abs(now - at) <= PRESENT else at
    names = {each.name for each in services}
    incidents = tuple(each for each in view.incidents if _hits(each, names, moment, now))
    windows = tuple(each for each in view.windows if _covers(each, names, moment, now))
    if moment > now:
        verdict = Verdict.PLANNED if windows else Verdict.UNCONFIRMED
    elif incidents:
        verdict = Verdict.DISRUPTED
    elif windows:
        verdict = Verdict.MAINTENANCE
    elif moment == now:
        verdict = _present(view, services, now)
    else:
        verdict = _past(view, services, moment)
    return Answer(
        services=tuple(services),
        at=moment,
        verdict=verdict,
        incidents=incidents,
        windows=windows,
        last=_last(view, names, moment),
    )


def _present(view: PublicView, services: Sequence[PublicService], now: datetime) -> Verdict:
    """Return what may be said of now: `working` only on fresh data without doubt."""
    statuses = [each.status for each in services]
    if view.stale or not statuses or all(each is Status.UNKNOWN for each in statuses):
        return Verdict.NO_DATA
    if any(each.is_bad for each in statuses):
        return Verdict.DISRUPTED
    if Status.MAINTENANCE in statuses:
        return Verdict.MAINTENANCE
    fresh = all(now - each.seen_at <= timedelta(seconds=each.fresh_seconds) for each in services)
    doubtful = view.impaired or any(each.settling for each in services)
    if Status.UNKNOWN in statuses or doubtful or not fresh:
        return Verdict.UNCONFIRMED
    return Verdict.WORKING


def _past(view: PublicView, services: Sequence[PublicService], moment: datetime) -> Verdict:
    """Return what the day says: `working` only if watched throughout and calm."""
    if moment < view.monitored_since:
        return Verdict.NO_DATA
    day = moment.astimezone(ZoneInfo(view.platform.time_zone)).date()
    days = [next((each for each in one.days if each.day == day), None) for one in services]
    known = [each for each in days if each is not None and each.worst is not Status.UNKNOWN]
    if not known:
        return Verdict.NO_DATA
    calm = all(each.complete and each.worst is Status.OPERATIONAL for each in known)
    return Verdict.WORKING if calm and len(known) == len(days) else Verdict.UNCONFIRMED


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
