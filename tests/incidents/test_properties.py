"""What holds of identity and impact on any platform, whichever failure is confirmed first."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from monitor.incidents.identity import ComponentFailure, Relation, relate
from monitor.incidents.impact import affected_services, severity_of
from monitor.incidents.transitions import join, open_incident
from monitor.model.graph import Graph
from monitor.model.incident import Incident, Onset
from monitor.model.platform import Component, ComponentKind
from monitor.model.status import Status
from tests.incidents.builders import at, one, verdict
from tests.status.test_properties import OBSERVED, graphs


@st.composite
def chains(draw: st.DrawFn) -> tuple[Graph, list[ComponentFailure]]:
    """Return components each of which needs the one before, and failures seen in any order.

    Probes saw them at the same rounds, so that their onsets have no order.
    """
    names = [f"c{number}" for number in range(draw(st.integers(2, 4)))]
    below = [()] + [(one(name),) for name in names]
    graph = Graph(
        [
            Component(name=name, kind=ComponentKind.SERVER, depends_on=needs)
            for name, needs in zip(names, below, strict=False)
        ],
        [],
    )
    return graph, [
        ComponentFailure(
            component=name,
            onset=Onset(last_ok_at=at(0), first_failure_at=at(draw(st.integers(1, 10)))),
            confirmed_at=at(20),
        )
        for name in names
    ]


@given(chains())
def test_the_root_is_the_deepest_in_whatever_order_failures_are_confirmed(
    case: tuple[Graph, list[ComponentFailure]],
) -> None:
    graph, failures = case
    for order in permutations(failures):
        incident = _told(order, graph)
        assert incident.root == failures[0].component
        assert set(incident.components) == {each.component for each in failures}
        assert len(incident.members) == len(failures)


def _told(order: tuple[ComponentFailure, ...], graph: Graph) -> Incident:
    first, *others = order
    incident = open_incident(first, verdict())
    for failure in others:
        relation = relate(failure, incident, graph)
        assert relation in (Relation.IMPACT, Relation.NEW_ROOT)
        incident = join(incident, failure, relation)
    return incident


@given(graphs(), st.data())
def test_more_failing_components_never_touch_fewer_services(
    graph: Graph, data: st.DataObject
) -> None:
    own = {name: data.draw(OBSERVED) for name in graph.components}
    names = st.lists(st.sampled_from(sorted(own)), unique=True)
    few, more = data.draw(names), data.draw(names)
    some, all_ = (
        affected_services(each, own, graph) for each in (few, list(dict.fromkeys(few + more)))
    )

    assert all(all_.get(name, Status.OPERATIONAL).badness >= some[name].badness for name in some)
    assert severity_of(all_, graph).rank >= severity_of(some, graph).rank
