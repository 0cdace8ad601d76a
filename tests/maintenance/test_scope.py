"""What a window covers, and which failures it excuses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.maintenance.scope import Excuse, Trouble, excuse, scope
from monitor.model.graph import Graph
from monitor.model.incident import Onset
from monitor.model.maintenance import (
    ExpectedPattern,
    PatternKind,
    Window,
    WindowSource,
    WindowStatus,
)
from monitor.model.platform import Component, ComponentKind, Dependency, Service
from monitor.model.status import Status

START = datetime(2026, 3, 1, tzinfo=UTC)
WINDOW = Window(
    id="win_1",
    start=START,
    end=START + timedelta(hours=1),
    planned_end=START + timedelta(hours=1),
    created_at=START,
    services=("pay",),
    status=WindowStatus.IN_PROGRESS,
    actual_start=START + timedelta(seconds=1),
)


def _component(name: str, *needs: str) -> Component:
    edges = tuple(Dependency((each,)) for each in needs)
    return Component(name=name, kind=ComponentKind.SERVER, depends_on=edges)


def _service(name: str, *needs: str) -> Service:
    return Service(name=name, names={}, depends_on=tuple(Dependency((each,)) for each in needs))


GRAPH = Graph(
    [
        _component("disk"),
        _component("ledger", "disk"),
        _component("gateway", "ledger"),
        _component("mailer", "ledger"),
        _component("spare"),
    ],
    [_service("pay", "gateway"), _service("news", "mailer")],
)


@pytest.mark.parametrize(
    ("services", "components", "covered"),
    [
        (("pay",), (), {"pay", "gateway"}),
        (("pay", "news"), (), {"pay", "news", "gateway", "mailer", "ledger", "disk"}),
        ((), ("ledger",), {"ledger", "disk"}),
        ((), ("gateway", "mailer"), {"gateway", "mailer", "ledger", "disk"}),
        ((), ("spare",), {"spare"}),
        ((), (), set()),
    ],
)
def test_what_serves_nothing_outside_is_covered_too(
    services: tuple[str, ...], components: tuple[str, ...], covered: set[str]
) -> None:
    window = replace(WINDOW, services=services, components=components)
    assert scope(window, GRAPH) == covered


@pytest.mark.parametrize("source", [WindowSource.THIRD_PARTY, WindowSource.CALENDAR])
def test_what_others_announce_covers_only_what_they_name(source: WindowSource) -> None:
    window = replace(WINDOW, services=(), components=("gateway", "mailer"), source=source)
    assert scope(window, GRAPH) == {"gateway", "mailer"}


def _excuse(
    window: Window,
    component: str,
    *,
    began: float = 10,
    now: float = 20,
    status: Status = Status.MAJOR_OUTAGE,
) -> Excuse:
    onset = Onset(last_ok_at=None, first_failure_at=START + timedelta(seconds=began))
    trouble = Trouble(component=component, onset=onset, status=status)
    return excuse(window, trouble, GRAPH, START + timedelta(seconds=now))


def test_a_failure_in_scope_during_the_work_is_expected() -> None:
    assert _excuse(WINDOW, "gateway") is Excuse.EXPECTED


def test_a_partial_pattern_excuses_all_but_a_whole_outage() -> None:
    partial = replace(WINDOW, expected=ExpectedPattern(kind=PatternKind.PARTIAL))

    assert _excuse(partial, "gateway", status=Status.PARTIAL_OUTAGE) is Excuse.EXPECTED
    assert _excuse(partial, "gateway", status=Status.DEGRADED) is Excuse.EXPECTED
    assert _excuse(partial, "gateway") is Excuse.EXCEEDS_PATTERN


def test_a_shared_component_that_fails_is_an_incident() -> None:
    assert _excuse(WINDOW, "ledger") is Excuse.OUT_OF_SCOPE


@pytest.mark.parametrize("status", set(WindowStatus) - {WindowStatus.IN_PROGRESS})
def test_only_work_in_progress_excuses(status: WindowStatus) -> None:
    assert _excuse(replace(WINDOW, status=status), "gateway") is Excuse.NOT_IN_PROGRESS


def test_an_outage_from_before_the_window_stays_unplanned() -> None:
    assert _excuse(WINDOW, "gateway", began=-1) is Excuse.FAILED_BEFORE
    assert _excuse(WINDOW, "gateway", began=0.5) is Excuse.EXPECTED


def test_a_window_entered_while_it_already_fails_explains_nothing_of_before() -> None:
    late = replace(WINDOW, created_at=START + timedelta(seconds=15))
    assert _excuse(late, "gateway", began=10) is Excuse.FAILED_BEFORE
    assert _excuse(late, "gateway", began=16) is Excuse.EXPECTED
    approved = replace(WINDOW, approved_at=START + timedelta(seconds=15))
    assert _excuse(approved, "gateway", began=10) is Excuse.FAILED_BEFORE


def test_blips_are_excused_as_long_and_as_often_as_announced() -> None:
    pattern = ExpectedPattern(kind=PatternKind.BLIPS, count=2, max_seconds=30)
    window = replace(WINDOW, expected=pattern)
    assert _excuse(window, "gateway", began=10, now=40) is Excuse.EXPECTED
    assert _excuse(window, "gateway", began=10, now=41) is Excuse.EXCEEDS_PATTERN
    often = replace(window, blips={"gateway": 3})
    assert _excuse(often, "gateway") is Excuse.EXCEEDS_PATTERN
    assert _excuse(replace(window, blips={"gateway": 2}), "gateway") is Excuse.EXPECTED
