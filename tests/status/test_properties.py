"""What holds of any history and any platform: more failures never look better, and all is found."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.check import Confirmation
from monitor.model.graph import Graph
from monitor.model.platform import Component, ComponentKind, Dependency, FailsWhen, Service
from monitor.model.status import CheckState, Condition, Status
from monitor.status.derive import component_status, effective_statuses
from tests.status.test_confirmation import states

CONDITIONS = st.sampled_from(Condition)
OBSERVED = st.sampled_from(
    (Status.OPERATIONAL, Status.DEGRADED, Status.PARTIAL_OUTAGE, Status.MAJOR_OUTAGE)
)


@st.composite
def components(draw: st.DrawFn) -> tuple[Component, list[CheckState]]:
    """Return a component with checks in any conditions, each of which once worked."""
    found = draw(st.lists(CONDITIONS, min_size=1, max_size=6))
    count = draw(st.one_of(st.none(), st.integers(1, len(found))))
    component = Component(name="app", kind=ComponentKind.SERVER, fails_when=FailsWhen(count))
    return component, [
        CheckState(check=str(number), component="app", condition=each, ever_succeeded=True)
        for number, each in enumerate(found)
    ]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Return a graph in rows, with hard, soft and redundant dependencies."""
    names = [f"c{number}" for number in range(draw(st.integers(2, 7)))]
    nodes = [
        Component(name=name, kind=ComponentKind.SERVER, depends_on=draw(_needs(names[:number])))
        for number, name in enumerate(names)
    ]
    return Graph(nodes, [Service(name="s", names={}, depends_on=draw(_needs(names)))])


def _needs(names: list[str]) -> st.SearchStrategy[tuple[Dependency, ...]]:
    if not names:
        return st.just(())
    some = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)
    one = some.flatmap(
        lambda chosen: st.builds(
            Dependency,
            st.just(tuple(chosen)),
            required=st.integers(1, len(chosen)),
            soft=st.booleans(),
        )
    )
    return st.lists(one, max_size=3).map(tuple)


@given(components(), st.data())
def test_one_more_bad_check_never_makes_a_component_look_better(
    case: tuple[Component, list[CheckState]], data: st.DataObject
) -> None:
    component, checks = case
    before = component_status(component, checks)
    number = data.draw(st.integers(0, len(checks) - 1))
    was_good = checks[number].condition is Condition.OK
    bad = data.draw(st.sampled_from((Condition.FAILED, Condition.DEGRADED)[: 1 + was_good]))
    worse = [
        replace(each, condition=bad) if at == number else each for at, each in enumerate(checks)
    ]

    assert component_status(component, worse).badness >= before.badness


@given(graphs(), st.data())
def test_one_more_failed_component_never_makes_anything_look_better(
    graph: Graph, data: st.DataObject
) -> None:
    own = {name: data.draw(OBSERVED) for name in graph.components}
    before = effective_statuses(graph, own)
    broken = data.draw(st.sampled_from(sorted(own)))
    after = effective_statuses(graph, {**own, broken: Status.MAJOR_OUTAGE})

    assert all(after[name].badness >= before[name].badness for name in before)
    touched = {name for name in before if after[name] is not before[name]}
    assert touched <= {broken, *graph.all_needed_by(broken)}


@settings(max_examples=50)
@given(st.text("odfm", max_size=60), st.integers(1, 5), st.integers(1, 4))
def test_whatever_was_a_check_that_works_again_is_found_well(
    words: str, recoveries: int, failures: int
) -> None:
    policy = Confirmation(failures=failures, window=failures + 1, recoveries=recoveries)
    # As many as the longest memory there is: that of grey failures and of flapping.
    well = "o" * (policy.grey_window + recoveries)
    state = states(words + well, policy)[-1]

    assert state.condition is Condition.OK
    assert (state.bad_since, state.losses, state.flapping) == (None, (), False)
