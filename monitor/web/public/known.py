"""What was shown of a service at a moment that is past: exact, and `unknown` in every gap."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta

from monitor.model.history import StatusSpell
from monitor.model.status import Status
from monitor.web.public.view import PublicService


def status_at(service: PublicService, moment: datetime) -> Status:
    """Return the word shown at *moment*, `unknown` where the monitor was not there to see it."""
    words = [each.status for each in spells_in(service, moment, moment) if each.start <= moment]
    return words[-1] if words else Status.UNKNOWN


def is_calm(service: PublicService, moment: datetime) -> bool:
    """Whether it worked at *moment* and just before and after.

    A word is shown once it is confirmed, so the failure itself began a little earlier: next to a
    change nobody can say.
    """
    around = timedelta(seconds=service.fresh_seconds)
    spells = list(spells_in(service, moment - around, moment + around))
    known = status_at(service, moment) is not Status.UNKNOWN
    return known and all(each.status is Status.OPERATIONAL for each in spells)


def spells_in(service: PublicService, start: datetime, end: datetime) -> Iterator[StatusSpell]:
    """Return what was shown between *start* and *end*, both included, oldest first."""
    spells = service.spells
    first = max(0, bisect_right(spells, start, key=lambda each: each.start) - 1)
    for each in spells[first:]:
        if each.start > end:
            return
        if each.end >= start:
            yield each
    if (now := _present(service)) and now.start <= end and now.end >= start:
        yield now


def _present(service: PublicService) -> StatusSpell | None:
    """Return what has been shown since the history was read: the monitor has been there since."""
    if not service.spells or service.status is Status.UNKNOWN:
        return None
    start = max(service.since, service.spells[-1].end)
    return StatusSpell(start, service.seen_at, service.status) if start < service.seen_at else None
