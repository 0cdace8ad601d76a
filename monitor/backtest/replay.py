"""A history through the engine on a simulated clock: every row counts, time leaps between.

While a check works and has nothing bad behind it, one more good row changes nothing but times
(`is_steady`). Such rows are held back, as many as the engine remembers, and handed over before
it looks at their check; so the outcome is that of the running monitor, and a calm year is cheap.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Protocol

from monitor.backtest.rows import (
    Row,
    RowError,
    expect_row,
    is_blank,
    moment_of,
    observation_of,
    time_of,
)
from monitor.backtest.setting import Setting
from monitor.backtest.tracks import Track, Tracks
from monitor.engine.cases import relevant_checks
from monitor.engine.due import is_silent, is_unsettled, next_due, next_silence
from monitor.engine.engine import Engine
from monitor.model.batch import Batch
from monitor.model.codec import format_time
from monitor.model.events import Event
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.notice import Notice
from monitor.model.status import Condition, Status

SECOND = timedelta(seconds=1)
NEVER = datetime.max.replace(tzinfo=UTC)
# The clock runs on past the last row, so that watches end; an hour is the longest by default.
AFTERWARDS = timedelta(hours=2)
_BAD = (Condition.FAILED, Condition.DEGRADED)


class Notices(Protocol):
    """Plans the notices that would go out."""

    def saw(self, subjects: Iterable[Incident | Window]) -> None: ...

    def tick(self, statuses: Mapping[str, Status], now: datetime) -> tuple[Notice, ...]: ...

    def next_due(self, now: datetime) -> datetime | None: ...


@dataclass(slots=True)
class Replayed:
    """What came of a history; *spells* are the times at which each check was confirmed bad."""

    incidents: dict[str, Incident] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    spells: dict[str, list[datetime]] = field(default_factory=dict)
    strangers: dict[str, int] = field(default_factory=dict)
    began_at: datetime | None = None
    ended_at: datetime | None = None


def replay(rows: Iterable[Row], setting: Setting, notices: Notices) -> Replayed:
    """Return what comes of *rows*, which are in the order of time; raises RowError."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return Replayed()
    return _Replay(setting, notices, time_of(first)).run(chain((first,), rows))


class _Replay:
    """One run of a history: an engine, its clock, and what has come of it so far."""

    def __init__(self, setting: Setting, notices: Notices, now: datetime) -> None:
        self._setting = setting
        self._notices = notices
        self._tracks = Tracks()
        self._conditions: dict[str, Condition] = {}
        self._result = Replayed(began_at=now)
        self._relevant: dict[str, Iterable[str]] = {}
        self._now = self._due = self._planned = self._notices_due = now
        self._engine = Engine(setting.configuration, setting.saved, now)

    def run(self, rows: Iterator[Row]) -> Replayed:
        """Go through the rows, and on until what holds then has taken its course."""
        self._absorb(self._engine.settle(self._now))
        while not self._follow(rows):
            pass
        self._result.ended_at = self._now
        self._reach(self._now + (AFTERWARDS if self._setting.holds_on else SECOND), ())
        return self._result

    def _follow(self, rows: Iterator[Row]) -> bool:
        """Sort out the rows that count; all that a calm year needs is in these few lines.

        Return whether the end was reached, for an empty line is where it starts again.
        """
        holds, parse = self._tracks.holds, datetime.fromisoformat
        stamp = ""
        row: Row = ()
        try:
            for row in rows:
                moment, site, word, _ = row
                if moment != stamp:
                    stamp = moment
                    at = parse(stamp)
                    if not self._now <= at < self._due:
                        self._reach(at.astimezone(UTC), row)
                    self._now = at
                hold = holds.get((site, word))
                if hold is not None:
                    hold(row)
                else:
                    self._take(row)
        except (ValueError, TypeError):
            if not is_blank(row):
                expect_row(row)
                raise
            return False
        return True

    def _reach(self, at: datetime, row: Row) -> None:
        """Let the clock run to *at* of *row*, stopping wherever something is due before it."""
        if at < self._now:
            before = format_time(self._now)
            raise RowError(
                row, f"expected a time not before {before}, the row before: sort by time"
            )
        while self._due <= at:
            # Rows held back since then may have put the silence off that was to be expected.
            due = min(self._planned, self._silence())
            if due > self._due:
                self._due = due
                continue
            self._now = self._due
            self._bring_up_to_date()
            self._absorb(self._engine.advance(self._now))
            self._plan(self._now + SECOND if self._engine.judging.is_behind else NEVER)

    def _take(self, row: Row) -> None:
        """Hand over a row that may change something, after all that was held back before it."""
        check = self._setting.check_for(row[1])
        if check is None:
            self._result.strangers[row[1]] = self._result.strangers.get(row[1], 0) + 1
            return
        engine, now = self._engine, self._now.astimezone(UTC)
        if not is_unsettled(engine.memory):
            # Nothing was advanced while nothing was due; what ended long ago must not count.
            engine.memory.forget_ended(now)
        self._hand_over(self._tracks.of(check))
        self._absorb(engine.observe(observation_of(row, check), now))
        if engine.is_dirty:
            self._bring_up_to_date()
            self._absorb(engine.settle(now))
        self._tracks.take(row, check, engine)
        self._plan(NEVER if not is_unsettled(engine.memory) else now + SECOND)

    def _bring_up_to_date(self) -> None:
        """Hand over what the engine will look at; of other checks, when they were seen last."""
        memory = self._engine.memory
        for name in self._looked_at():
            self._hand_over(self._tracks.of(memory.checks[name]))
        for track in self._tracks.all():
            if track.held and is_silent(memory, track.check.name, self._now):
                state = memory.states[track.check.name]
                seen = moment_of(track.seen)
                memory.states[track.check.name] = replace(state, last_seen_at=seen)

    def _looked_at(self) -> set[str]:
        """Return the checks that may explain what fails, is watched or has just moved."""
        memory = self._engine.memory
        current = (each for each in memory.incidents.values() if not each.status.is_ended)
        members = (name for each in current for name in each.components)
        suspects = (
            memory.states[name].component
            for name, condition in self._conditions.items()
            if condition in _BAD
        )
        return {
            check for name in {*memory.bad_since, *members, *suspects} for check in self._near(name)
        }

    def _near(self, component: str) -> Iterable[str]:
        if component not in self._relevant:
            self._relevant[component] = relevant_checks(self._engine.memory, component)
        return self._relevant[component]

    def _hand_over(self, track: Track) -> None:
        for row in track.taken():
            self._engine.observe(observation_of(row, track.check), time_of(row))

    def _absorb(self, batch: Batch) -> None:
        """Keep what a step of the engine brought, and the notices that go out for it."""
        result, memory = self._result, self._engine.memory
        result.incidents |= {each.id: each for each in batch.incidents}
        result.events += batch.events
        for transition in batch.transitions:
            if transition.state is not None:
                self._note_condition(transition.subject, transition.state.condition, batch.at)
        if batch.transitions or batch.faults or batch.windows:
            for track in self._tracks.review(self._engine):
                self._hand_over(track)
        if batch.incidents or batch.windows:
            self._notices.saw((*batch.incidents, *batch.windows))
        if batch.incidents or batch.windows or self._notices_due <= batch.at:
            statuses = {name: memory.views[name].displayed for name in memory.graph.services}
            result.notices += self._notices.tick(statuses, batch.at)

    def _note_condition(self, check: str, condition: Condition, at: datetime) -> None:
        if condition in _BAD and self._conditions.get(check) not in _BAD:
            self._result.spells.setdefault(check, []).append(at)
        self._conditions[check] = condition

    def _plan(self, soon: datetime = NEVER) -> None:
        """Note when something will be due next, as far as is known now, *soon* at the latest."""
        memory, now = self._engine.memory, self._now
        silence = next_silence(memory, self._tracks.unheld(memory)) or NEVER
        self._notices_due = self._notices.next_due(now) or NEVER
        self._planned = min(soon, silence, next_due(memory, now), self._notices_due)
        self._due = min(self._planned, self._silence())

    def _silence(self) -> datetime:
        return self._tracks.silence() or NEVER
