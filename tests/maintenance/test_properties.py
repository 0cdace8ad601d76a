"""What holds of scope and excuse on any platform: a window explains what it named, and no more."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.maintenance.scope import Excuse, Trouble, excuse, scope
from monitor.model.graph import Graph
from monitor.model.incident import Onset
from monitor.model.maintenance import ExpectedPattern, PatternKind, Window
from monitor.model.status import Status
from tests.maintenance.life import END, IN_PROGRESS, START, WINDOW
from tests.status.test_properties import graphs

BAD = st.sampled_from((Status.DEGRADED, Status.PARTIAL_OUTAGE, Status.MAJOR_OUTAGE))


@st.composite
def works(draw: st.DrawFn) -> tuple[Graph, Window]:
    """Return a platform and a window in progress that names some of it."""
    graph = draw(graphs())
    names = draw(st.sets(st.sampled_from(sorted({*graph.components, *graph.services})), min_size=1))
    kind = draw(st.sampled_from(PatternKind))
    window = replace(
        WINDOW,
        status=IN_PROGRESS,
        actual_start=START,
        services=tuple(sorted(names & graph.services.keys())),
        components=tuple(sorted(names & graph.components.keys())),
        expected=ExpectedPattern(kind=kind, count=draw(st.integers(1, 3)), max_seconds=30),
        blips=dict.fromkeys(graph.components, draw(st.integers(0, 5))),
    )
    return graph, window


@given(works())
def test_what_is_not_named_is_covered_only_if_nobody_else_needs_it(
    case: tuple[Graph, Window],
) -> None:
    graph, window = case
    covered = scope(window, graph)
    named = {*window.services, *window.components}

    assert named <= covered
    for name in covered - named:
        assert graph.needed_by(name)
        assert graph.needed_by(name) <= covered


@given(works(), st.data())
def test_naming_more_never_covers_less(case: tuple[Graph, Window], data: st.DataObject) -> None:
    graph, window = case
    other = data.draw(st.sampled_from(sorted(graph.components)))
    wider = replace(window, components=tuple({*window.components, other}))

    assert scope(window, graph) <= scope(wider, graph)


@given(works(), st.integers(-600, 599), st.integers(0, 600), BAD)
def test_a_window_excuses_only_what_it_covers_began_within_it_and_announced(
    case: tuple[Graph, Window], began: int, lasts: int, status: Status
) -> None:
    graph, window = case
    onset = Onset(last_ok_at=None, first_failure_at=START + timedelta(seconds=began))
    now = onset.first_failure_at + timedelta(seconds=lasts)
    for name in graph.components:
        trouble = Trouble(component=name, onset=onset, status=status)
        if excuse(window, trouble, graph, now) is not Excuse.EXPECTED:
            continue
        assert name in scope(window, graph)
        assert START <= onset.first_failure_at < END
        if window.expected.kind is PatternKind.PARTIAL:
            assert status is not Status.MAJOR_OUTAGE
        if window.expected.kind is PatternKind.BLIPS:
            assert lasts <= window.expected.max_seconds
            assert window.blips[name] <= window.expected.count
