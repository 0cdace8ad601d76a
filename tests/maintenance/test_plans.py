"""Windows follow what their source plans: entered once, moved, called off, never lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.maintenance.lifecycle import Step, begin, cancel, complete, extend
from monitor.maintenance.plans import Plan, follow
from monitor.model.events import EventType
from monitor.model.maintenance import Window, WindowSource, WindowStatus

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PLAN = Plan(
    id="mnt_a",
    origin="check/bank-calendar",
    source=WindowSource.CALENDAR,
    start=NOW + timedelta(hours=10),
    end=NOW + timedelta(hours=12),
    components=("bank-a",),
    note="their words",
)


class Calendar:
    """The windows of one source, as the engine would keep them."""

    def __init__(self, *plans: Plan, now: datetime = NOW) -> None:
        self.windows: dict[str, Window] = {}
        self.told: list[str] = []
        self.see(*plans, now=now)

    def see(self, *plans: Plan, now: datetime = NOW, ends_work: bool = True) -> list[Step]:
        """Follow *plans*; the steps are applied and returned."""
        steps = follow(plans, self.windows, now, ends_work=ends_work)
        for window, events in steps:
            self.windows[window.id] = window
            self.told += [each.value.removeprefix("maintenance.") for each in events]
        return steps

    def step(self, step: Step) -> Window:
        self.windows[step[0].id] = step[0]
        return step[0]

    @property
    def only(self) -> Window:
        (window,) = self.windows.values()
        return window


def test_a_plan_is_entered_once_and_seen_again_changes_nothing() -> None:
    calendar = Calendar(PLAN)
    window = calendar.only
    assert (window.id, window.start, window.components) == ("mnt_a", PLAN.start, ("bank-a",))
    assert (window.title, window.internal_note) == ({}, "their words")
    assert calendar.see(PLAN) == []
    assert calendar.told == ["scheduled"]


def test_what_is_over_is_not_entered() -> None:
    assert Calendar(PLAN, now=PLAN.end).windows == {}


def test_a_tentative_plan_is_a_draft() -> None:
    calendar = Calendar(replace(PLAN, needs_approval=True))
    assert calendar.only.status is WindowStatus.DRAFT
    assert calendar.told == ["drafted"]


def test_a_tentative_plan_that_its_source_confirms_waits_for_nobody() -> None:
    calendar = Calendar(replace(PLAN, needs_approval=True))
    confirmed = replace(PLAN, end=PLAN.end + timedelta(hours=1))
    calendar.see(confirmed)
    window = calendar.only
    assert (window.status, window.needs_approval) == (WindowStatus.SCHEDULED, False)
    assert (window.end, window.announced_at, window.is_public) == (confirmed.end, NOW, True)
    assert calendar.told == ["drafted", "scheduled"]
    assert calendar.see(confirmed) == []


def test_a_plan_that_moves_takes_its_window_along() -> None:
    calendar = Calendar(PLAN)
    before = replace(calendar.only, announced_at=NOW, reminded_at=NOW)
    calendar.windows[before.id] = before
    later = replace(PLAN, start=PLAN.start + timedelta(days=1), end=PLAN.end + timedelta(days=1))
    calendar.see(later)
    window = calendar.only
    assert (window.start, window.planned_end) == (later.start, later.end)
    assert (window.announced_at, window.reminded_at) == (NOW, None)
    assert window.revision == before.revision + 1
    assert calendar.told == ["scheduled", "changed"]


def test_what_the_source_takes_out_is_called_off_and_comes_back_as_a_window_of_its_own() -> None:
    calendar = Calendar(PLAN)
    calendar.see()
    assert (calendar.only.status, calendar.only.withdrawn) == (WindowStatus.CANCELLED, True)
    assert calendar.see() == []
    calendar.see(PLAN)
    assert sorted(each.status.value for each in calendar.windows.values()) == [
        "cancelled",
        "scheduled",
    ]
    assert calendar.see(PLAN) == []


def test_what_a_person_called_off_stays_so_until_it_is_planned_for_later() -> None:
    calendar = Calendar(PLAN)
    calendar.step(cancel(calendar.only, NOW))
    assert calendar.see(PLAN) == []
    calendar.see(replace(PLAN, end=PLAN.end + timedelta(hours=1)))
    assert len(calendar.windows) == 2


def _begun() -> Calendar:
    calendar = Calendar(PLAN)
    calendar.step(begin(calendar.only, PLAN.start))
    return calendar


def test_a_longer_end_extends_the_work_and_overrules_no_end_a_person_gave() -> None:
    calendar = _begun()
    longer = replace(PLAN, end=PLAN.end + timedelta(hours=1))
    calendar.see(longer, now=PLAN.start)
    assert (calendar.only.end, calendar.told[-1]) == (longer.end, "extended")
    by_hand = PLAN.end + timedelta(hours=5)
    calendar.step(extend(calendar.only, by_hand, PLAN.start))
    assert calendar.see(longer, now=PLAN.start) == []
    assert calendar.see(now=longer.end) == []
    assert calendar.only.end == by_hand


def test_work_that_the_source_ends_early_is_due_now_and_not_completed() -> None:
    calendar = _begun()
    now = PLAN.start + timedelta(minutes=30)
    calendar.see(now=now)
    assert (calendar.only.status, calendar.only.end) == (WindowStatus.IN_PROGRESS, now)
    assert calendar.see(now=now + timedelta(seconds=1)) == []


def test_work_of_a_series_that_is_taken_out_goes_on_to_its_end() -> None:
    calendar = _begun()
    assert calendar.see(now=PLAN.start, ends_work=False) == []


def test_work_that_begins_early_begins_when_the_source_says_so() -> None:
    calendar = Calendar(PLAN)
    calendar.see(replace(PLAN, goes_on=True))
    assert (calendar.only.status, calendar.only.actual_start) == (WindowStatus.IN_PROGRESS, NOW)
    assert calendar.told[-1] == "started"


PLANS = st.dictionaries(
    st.sampled_from(("a", "b", "c")),
    st.tuples(st.integers(0, 20), st.integers(1, 5), st.booleans(), st.booleans()),
)
ROUNDS = st.lists(
    st.tuples(st.integers(0, 4), PLANS, st.sampled_from(("", "cancel", "begin", "complete"))),
    max_size=12,
)


def _plans(drawn: dict[str, tuple[int, int, bool, bool]]) -> list[Plan]:
    return [
        replace(
            PLAN,
            id=f"mnt_{name}",
            start=NOW + timedelta(hours=start),
            end=NOW + timedelta(hours=start + length),
            goes_on=goes_on,
            needs_approval=tentative,
        )
        for name, (start, length, goes_on, tentative) in drawn.items()
    ]


def _command(calendar: Calendar, command: str, now: datetime) -> None:
    for window in list(calendar.windows.values()):
        if command == "cancel" and window.status is WindowStatus.SCHEDULED:
            calendar.step(cancel(window, now))
        if command == "begin" and window.status is WindowStatus.SCHEDULED and now >= window.start:
            calendar.step(begin(window, now))
        if command == "complete" and window.status.is_active:
            calendar.step(complete(window, now))


@given(ROUNDS)
def test_whatever_a_source_says_windows_are_followed_and_none_is_revived(
    rounds: list[tuple[int, dict[str, tuple[int, int, bool, bool]], str]],
) -> None:
    calendar, now = Calendar(), NOW
    for hours, drawn, command in rounds:
        now += timedelta(hours=hours)
        plans = _plans(drawn)
        before = dict(calendar.windows)
        for window, events in calendar.see(*plans, now=now):
            _check(before.get(window.id), window, events)
        again = calendar.see(*plans, now=now)
        assert all(events == (EventType.MAINTENANCE_STARTED,) for _, events in again)
        assert calendar.see(*plans, now=now) == []
        for plan in plans:
            _check_followed(plan, calendar, now)
        _command(calendar, command, now)


def _check(before: Window | None, after: Window, events: tuple[EventType, ...]) -> None:
    assert len(events) == 1
    assert after.start < after.end or after.status.is_active
    if before is None:
        assert after.revision == 1
        return
    assert not before.status.is_ended
    assert after.revision == before.revision + 1
    assert not (after.withdrawn and before.status.is_active)


def _check_followed(plan: Plan, calendar: Calendar, now: datetime) -> None:
    living = [
        each
        for each in calendar.windows.values()
        if each.status in (WindowStatus.DRAFT, WindowStatus.SCHEDULED)
        and (each.start, each.end) == (plan.start, plan.end)
    ]
    others = [each for each in calendar.windows.values() if each not in living]
    done = any(each.end >= plan.end or each.status.is_active for each in others)
    assert living or done or plan.end <= now
