"""The graph: who needs whom, in an order in which dependencies come first."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.model.graph import Graph, find_cycle
from monitor.model.platform import Component, ComponentKind, Dependency, FailsWhen, Service

Edges = dict[str, set[str]]


@st.composite
def acyclic(draw: st.DrawFn) -> Edges:
    """Names that need only names before them."""
    size = draw(st.integers(1, 7))
    edges: Edges = {}
    for index in range(size):
        earlier = [f"n{each}" for each in range(index)]
        edges[f"n{index}"] = set(draw(st.lists(st.sampled_from(earlier)))) if earlier else set()
    return edges


def _graph(edges: Edges) -> Graph:
    names = list(edges)
    parts = [
        Component(
            name=name,
            kind=ComponentKind.SERVER,
            depends_on=tuple(Dependency((each,)) for each in sorted(edges[name])),
        )
        for name in names[:-1]
    ]
    last = names[-1]
    needs = tuple(Dependency((each,)) for each in sorted(edges[last]))
    return Graph(reversed(parts), [Service(name=last, names={}, depends_on=needs)])


@given(acyclic())
def test_dependencies_come_before_their_dependants(edges: Edges) -> None:
    order = _graph(edges).order()
    assert sorted(order) == sorted(edges)
    assert all(order.index(each) < order.index(name) for name in edges for each in edges[name])


@given(acyclic())
def test_needing_and_being_needed_are_the_same_relation(edges: Edges) -> None:
    graph = _graph(edges)
    for one in edges:
        assert graph.needs(one) == edges[one]
        assert graph.needs(one) <= graph.all_needs(one)
        assert one not in graph.all_needs(one)
        for other in edges:
            assert (other in graph.needs(one)) == (one in graph.needed_by(other))
            assert (other in graph.all_needs(one)) == (one in graph.all_needed_by(other))


@given(acyclic())
def test_what_is_needed_by_what_is_needed_is_needed(edges: Edges) -> None:
    graph = _graph(edges)
    for name in edges:
        for each in graph.all_needs(name):
            assert graph.all_needs(each) < graph.all_needs(name)


@given(acyclic())
def test_companions_share_a_dependant_and_nothing_else(edges: Edges) -> None:
    graph = _graph(edges)
    for name in edges:
        companions = graph.companions(name)
        assert not companions & {name, *graph.all_needs(name), *graph.all_needed_by(name)}
        for each in companions:
            assert graph.all_needed_by(each) & graph.all_needed_by(name)


@given(acyclic())
def test_a_graph_without_a_cycle_has_none(edges: Edges) -> None:
    assert find_cycle(edges) == ()


@given(acyclic(), st.data())
def test_a_cycle_is_shown_as_a_walk_that_ends_where_it_began(
    edges: Edges, data: st.DataObject
) -> None:
    graph = _graph(edges)
    pairs = [(one, other) for one in edges for other in (*graph.all_needs(one), one)]
    deep, shallow = data.draw(st.sampled_from(sorted(pairs)))
    closed = {**edges, shallow: edges[shallow] | {deep}}
    cycle = find_cycle(closed)
    assert cycle[0] == cycle[-1]
    assert len(set(cycle)) == len(cycle) - 1
    assert all(after in closed[before] for before, after in pairwise(cycle))


def test_a_name_that_nobody_knows_needs_nothing() -> None:
    graph = Graph([], [])
    nothing = (graph.needs("x"), graph.all_needs("x"), graph.needed_by("x"))
    assert nothing == (frozenset(), frozenset(), frozenset())
    assert graph.all_needed_by("x") == frozenset()


def test_how_many_bad_checks_make_a_component_bad() -> None:
    assert FailsWhen().threshold(5) == 1
    assert FailsWhen(None).threshold(5) == 5
    assert FailsWhen(3).threshold(5) == 3
    assert FailsWhen(3).threshold(2) == 2
    assert FailsWhen(None).threshold(0) == 1


def test_a_dependency_is_redundant_when_one_of_its_names_may_be_lost() -> None:
    assert not Dependency(("a",)).is_redundant
    assert Dependency(("a", "b")).is_redundant
    assert not Dependency(("a", "b"), required=2).is_redundant
