"""Rows that are held back per check, for as long as they would change nothing but times."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.backtest.rows import GOOD_WORDS, Row, moment_of
from monitor.engine.due import INSTANT
from monitor.engine.engine import Engine
from monitor.engine.memory import RECENT, Memory
from monitor.model.check import Check
from monitor.status.confirmation import is_steady

# Types of checks whose good answers say what others plan.
TELLING = frozenset({"ics", "status_page"})

Hold = Callable[[Row], None]


@dataclass(slots=True, eq=False)
class Track:
    """A check's rows that the engine has not seen yet, and the last one that it has."""

    check: Check
    held: deque[Row]
    last: Row = ()
    keys: list[tuple[str, str]] = field(default_factory=list)

    @property
    def seen(self) -> str:
        """The time of the last row, as text."""
        stamp: str = (self.held[-1] if self.held else self.last)[0]
        return stamp

    def taken(self) -> Sequence[Row]:
        """Return what was held back, and hold it no longer."""
        rows = tuple(self.held)
        if rows:
            self.last = rows[-1]
            self.held.clear()
        return rows


class Tracks:
    """All tracks; `holds` says where a row of a site with a word may be kept for later."""

    def __init__(self) -> None:
        self.holds: dict[tuple[str, str], Hold] = {}
        self._tracks: dict[str, Track] = {}
        self._holding: dict[timedelta, dict[str, Track]] = {}

    def all(self) -> Iterable[Track]:
        """Return the tracks that may hold rows."""
        return [each for group in self._holding.values() for each in group.values()]

    def of(self, check: Check) -> Track:
        """Return the track of *check*."""
        if check.name not in self._tracks:
            policy = check.confirmation
            kept = max(RECENT, policy.window, policy.recoveries)
            self._tracks[check.name] = Track(check, deque(maxlen=kept))
        return self._tracks[check.name]

    def take(self, row: Row, check: Check, engine: Engine) -> None:
        """Note that the engine has seen *row*; hold the next ones back where they can wait."""
        track = self.of(check)
        track.last = row
        if _may_wait(check, engine):
            patience = engine.memory.patience[check.name]
            self._holding.setdefault(patience, {})[check.name] = track
            for key in [(row[1], word) for word in GOOD_WORDS]:
                if key not in self.holds:
                    self.holds[key] = track.held.append
                    track.keys.append(key)
        else:
            self._let_go(track)

    def review(self, engine: Engine) -> Iterable[Track]:
        """Return the tracks that may hold nothing back any more, for every row counts now."""
        let_go = [each for each in self.all() if not _may_wait(each.check, engine)]
        for track in let_go:
            self._let_go(track)
        return let_go

    def unheld(self, memory: Memory) -> Iterable[str]:
        """Return the checks whose every row goes to the engine."""
        holding = {track.check.name for track in self.all()}
        return [name for name in memory.states if name not in holding]

    def silence(self) -> datetime | None:
        """Return when the first of the checks that hold rows will have been silent too long."""
        # Not by `seen`: this is asked whenever somebody might be silent, once in `patience`.
        moments = [
            _earliest({(each.held[-1] if each.held else each.last)[0] for each in group.values()})
            + patience
            + INSTANT
            for patience, group in self._holding.items()
            if group
        ]
        return min(moments, default=None)

    def _let_go(self, track: Track) -> None:
        for group in self._holding.values():
            group.pop(track.check.name, None)
        for key in track.keys:
            del self.holds[key]
        track.keys.clear()


def _may_wait(check: Check, engine: Engine) -> bool:
    """Whether good rows of the check tell nothing new, to windows and faults neither."""
    memory = engine.memory
    is_working = any(each.status.is_active for each in memory.windows.values())
    is_steadily_good = check.name in memory.seen and is_steady(memory.states[check.name])
    is_telling = check.type in TELLING
    return is_steadily_good and engine.is_calm and not is_working and not is_telling


def _earliest(stamps: Iterable[str]) -> datetime:
    """Return the first of the times; most often they are very few."""
    return min(map(moment_of, stamps))
