"""Whatever happens to a platform and its monitor: nothing is lost, and nothing told twice."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.engine.commands import CommandError
from monitor.engine.memory import Memory
from monitor.engine.planning import WindowDraft, complete_window, extend_window, schedule_window
from monitor.model.batch import Batch
from monitor.model.incident import IncidentStatus
from monitor.model.maintenance import ExpectedPattern, PatternKind, Window
from monitor.model.observation import Outcome
from monitor.model.status import Status
from tests.engine.world import World
from tests.simulation.record import Record

NAMES = st.sampled_from(("ledger", "gateway", "bank-a", "bank-b"))
SERVICES = st.sampled_from((("checkout",), ("repayment",), ("checkout", "repayment")))
PATTERNS = st.sampled_from(PatternKind)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("fail"), NAMES),
        st.tuples(st.just("slow"), NAMES),
        st.tuples(st.just("repair"), NAMES),
        st.tuples(st.just("hide"), NAMES),
        st.tuples(st.just("rounds"), st.integers(1, 9)),
        st.tuples(st.just("plan"), st.tuples(SERVICES, PATTERNS, st.integers(5, 60))),
        st.tuples(st.just("extend"), st.integers(1, 30)),
        st.tuples(st.just("complete"), st.none()),
        st.tuples(st.just("restart"), st.none()),
    ),
    min_size=1,
    max_size=14,
)


class Watched(World):
    """A world of which every batch is held against all that came before."""

    def __init__(self) -> None:
        super().__init__()
        self.record = Record()
        first, self.batches = self.batches, _Told(self)
        self.batches.extend(first)
        self.rounds(4)

    def do(self, word: str, what: Any) -> None:
        """Let something happen, and a round pass."""
        getattr(self, f"_{word}")(what)
        self.rounds(1)

    def _fail(self, name: str) -> None:
        self.broken[name] = Outcome.FAILED

    def _slow(self, name: str) -> None:
        self.broken[name] = Outcome.DEGRADED

    def _repair(self, name: str) -> None:
        self.repair(name)
        self.silent.discard(f"{name}-check")

    def _hide(self, name: str) -> None:
        self.silent.add(f"{name}-check")

    def _rounds(self, count: int) -> None:
        self.rounds(count)

    def _restart(self, _: None) -> None:
        self.now += timedelta(seconds=3)
        self.restart()

    def _plan(self, wish: tuple[tuple[str, ...], PatternKind, int]) -> None:
        services, kind, seconds = wish
        start = self.now + timedelta(seconds=3)
        draft = WindowDraft(
            start=start,
            end=start + timedelta(seconds=seconds),
            services=services,
            expected=ExpectedPattern(kind=kind, count=1, max_seconds=10),
        )
        self.batches.append(schedule_window(self.engine.memory, draft, self.now)[1])

    def _extend(self, seconds: int) -> None:
        end = self.now + timedelta(seconds=seconds)
        self._each(lambda memory, key: extend_window(memory, key, end, self.now))

    def _complete(self, _: None) -> None:
        self._each(lambda memory, key: complete_window(memory, key, self.now))

    def _each(self, command: Callable[[Memory, str], tuple[Window, Batch]]) -> None:
        for key in list(self.engine.memory.windows):
            with suppress(CommandError):
                self.batches.append(command(self.engine.memory, key)[1])


class _Told(list[Batch]):
    """Batches as they come, each shown to the record."""

    def __init__(self, world: Watched) -> None:
        super().__init__()
        self._world = world

    def append(self, batch: Batch) -> None:
        super().append(batch)
        self._world.record.see(batch, self._world.engine.memory)


@settings(max_examples=60)
@given(STEPS)
def test_whatever_happens_every_failure_is_told_once_and_its_end_as_well(
    steps: list[tuple[str, Any]],
) -> None:
    world = Watched()
    for word, what in steps:
        world.do(word, what)
    open_before_the_end = [each.id for each in world.incidents if not each.status.is_ended]
    for name in ("ledger", "gateway", "bank-a", "bank-b"):
        world.do("repair", name)
    # Grey failures are remembered for twenty runs, and windows and watches end in the meantime.
    world.rounds(60)

    world.record.end(world.engine.memory, world.now)
    assert world.record.broken == []
    ended = {each.id: each.status for each in world.record.incidents.values()}
    assert all(ended[each] is IncidentStatus.RESOLVED for each in open_before_the_end)
    assert {world.shown(name) for name in ("checkout", "repayment")} == {Status.OPERATIONAL}
