"""How long each status lasted: pure arithmetic over transitions and the monitor's own runs."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from monitor.model.history import DayHistory, MonitorRun, StatusSpell, StatusTime
from monitor.model.status import Status, Transition


class Spell(NamedTuple):
    """A time in which one status is known to have been shown; *counted* is what uptime takes."""

    start: datetime
    end: datetime
    status: Status
    counted: Status


def known_spells(
    transitions: Sequence[Transition],
    runs: Iterable[MonitorRun],
    until: datetime,
    *,
    count_maintenance: bool = False,
) -> list[Spell]:
    """Return when which status was displayed while the monitor was alive, oldest first.

    *transitions* are one subject's, oldest first; what no spell covers is unknown. Maintenance is
    on neither side of uptime as long as it was planned, unless *count_maintenance*.
    """
    alive = _merged(runs)
    spells: list[Spell] = []
    position = 0
    for spell in _displayed(transitions, until, count_maintenance=count_maintenance):
        while position < len(alive) and alive[position][1] <= spell.start:
            position += 1
        spells.extend(_within(spell, alive, position))
    return spells


def shown_spells(spells: Iterable[Spell], since: datetime) -> list[StatusSpell]:
    """Return what was shown after *since*; spells of one word that touch are one."""
    shown: list[StatusSpell] = []
    for each in spells:
        if each.end <= since:
            continue
        start = max(each.start, since)
        if shown and shown[-1].status is each.status and shown[-1].end == start:
            start = shown.pop().start
        shown.append(StatusSpell(start, each.end, each.status))
    return shown


def status_time(spells: Sequence[Spell], since: datetime, until: datetime) -> StatusTime:
    """Return the seconds of each word in [since, until); they sum up to its length."""
    shown, counted = dict.fromkeys(Status, timedelta()), dict.fromkeys(Status, timedelta())
    first = max(0, bisect_right(spells, since, key=lambda each: each.start) - 1)
    for spell in spells[first:]:
        if spell.start >= until:
            break
        length = max(timedelta(), min(spell.end, until) - max(spell.start, since))
        shown[spell.status] += length
        counted[spell.counted] += length
    span = max(timedelta(), until - since)
    return StatusTime(_filled(shown, span), _filled(counted, span))


def _filled(sums: dict[Status, timedelta], span: timedelta) -> dict[Status, float]:
    """Return *sums* in seconds; what is missing to the *span* is unknown."""
    sums[Status.UNKNOWN] += span - sum(sums.values(), timedelta())
    return {status: length.total_seconds() for status, length in sums.items()}


def day_histories(
    spells: Sequence[Spell], days: int, zone: tzinfo, now: datetime
) -> list[DayHistory]:
    """Return *days* calendar days of *zone*, the last one today, which ends *now*."""
    today = now.astimezone(zone).date()
    return [
        _day_history(spells, today - timedelta(days=back), zone, now)
        for back in range(days - 1, -1, -1)
    ]


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return when *day* begins in *zone*; a day is not always 24 hours long."""
    return datetime.combine(day, time(), zone)


def _day_history(spells: Sequence[Spell], day: date, zone: tzinfo, now: datetime) -> DayHistory:
    # In UTC: the difference of two local times of one zone ignores the change of its offset.
    start = midnight(day, zone).astimezone(now.tzinfo)
    end = min(now, midnight(day + timedelta(days=1), zone).astimezone(now.tzinfo))
    return DayHistory(day=day, start=start, end=end, time=status_time(spells, start, end))


def _displayed(
    transitions: Sequence[Transition], until: datetime, *, count_maintenance: bool
) -> Iterator[Spell]:
    for position, transition in enumerate(transitions, 1):
        end = transitions[position].at if position < len(transitions) else until
        status = Status(transition.displayed)
        if status is not Status.UNKNOWN and transition.at < end:
            is_excluded = transition.planned and not count_maintenance
            hidden = status is Status.MAINTENANCE and not is_excluded
            counted = Status(transition.observed) if hidden else status
            yield Spell(transition.at, min(end, until), status, counted)


def _merged(runs: Iterable[MonitorRun]) -> list[tuple[datetime, datetime]]:
    """Return the runs without overlaps, which a clock that was set back leaves."""
    merged: list[tuple[datetime, datetime]] = []
    for run in sorted(runs, key=lambda each: each.started_at):
        if merged and run.started_at <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], run.alive_until))
        else:
            merged.append((run.started_at, run.alive_until))
    return merged


def _within(
    spell: Spell, alive: Sequence[tuple[datetime, datetime]], position: int
) -> Iterator[Spell]:
    while position < len(alive) and alive[position][0] < spell.end:
        start, end = alive[position]
        yield spell._replace(start=max(spell.start, start), end=min(spell.end, end))
        position += 1
