"""Status of components from their checks, and what dependencies do to everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.graph import Graph
from monitor.model.platform import Component, ComponentKind, Dependency, FailsWhen, Service
from monitor.model.status import CheckState, Condition, Status
from monitor.status.derive import component_status, effective_statuses, without

OK, SLOW, FAILED, UNKNOWN = (
    Condition.OK,
    Condition.DEGRADED,
    Condition.FAILED,
    Condition.UNKNOWN,
)
OPERATIONAL, DEGRADED = Status.OPERATIONAL, Status.DEGRADED
PARTIAL, MAJOR, NO_DATA = Status.PARTIAL_OUTAGE, Status.MAJOR_OUTAGE, Status.UNKNOWN
ANY, ALL, TWO = FailsWhen(), FailsWhen(None), FailsWhen(2)
STATUSES = (OPERATIONAL, DEGRADED, PARTIAL, MAJOR, NO_DATA)


def _component(fails_when: FailsWhen = ANY, *needs: Dependency) -> Component:
    return Component(name="app", kind=ComponentKind.SERVER, fails_when=fails_when, depends_on=needs)


def _states(*conditions: Condition, worked: bool = True) -> list[CheckState]:
    return [
        CheckState(check=f"c{index}", component="app", condition=each, ever_succeeded=worked)
        for index, each in enumerate(conditions)
    ]


@pytest.mark.parametrize(
    ("fails_when", "conditions", "status"),
    [
        (ANY, (), OPERATIONAL),
        (ANY, (OK, OK), OPERATIONAL),
        (ANY, (OK, SLOW), DEGRADED),
        (ANY, (SLOW, SLOW), DEGRADED),
        (ANY, (OK, FAILED), PARTIAL),
        (ANY, (FAILED, FAILED), MAJOR),
        (ANY, (SLOW, FAILED), PARTIAL),
        (ANY, (UNKNOWN, UNKNOWN), NO_DATA),
        (ANY, (OK, UNKNOWN), OPERATIONAL),
        (ANY, (FAILED, UNKNOWN), MAJOR),
        (ALL, (OK, FAILED), OPERATIONAL),
        (ALL, (FAILED, FAILED), MAJOR),
        (ALL, (SLOW, FAILED), DEGRADED),
        (ALL, (FAILED, FAILED, UNKNOWN), NO_DATA),
        (ALL, (FAILED, OK, UNKNOWN), OPERATIONAL),
        (TWO, (FAILED, OK, OK), OPERATIONAL),
        (TWO, (FAILED, FAILED, OK), PARTIAL),
        (TWO, (FAILED, SLOW, OK), DEGRADED),
        (TWO, (FAILED, UNKNOWN, OK), NO_DATA),
        (TWO, (FAILED,), MAJOR),
    ],
)
def test_a_component_follows_its_checks(
    fails_when: FailsWhen, conditions: tuple[Condition, ...], status: Status
) -> None:
    assert component_status(_component(fails_when), _states(*conditions)) is status


def test_a_check_that_never_worked_is_no_outage_by_itself() -> None:
    never = _states(FAILED, worked=False)
    assert component_status(_component(), never) is NO_DATA
    assert component_status(_component(), [*never, *_states(OK)]) is OPERATIONAL


def test_a_check_that_never_worked_counts_beside_another_failure() -> None:
    never = _states(FAILED, worked=False)
    assert component_status(_component(), never, dependant_fails=True) is MAJOR
    assert component_status(_component(), [*never, *_states(FAILED)]) is MAJOR
    assert component_status(_component(), [*never, *never]) is MAJOR


def _effective(own: dict[str, Status], *needs: Dependency) -> Status:
    parts = [Component(name=name, kind=ComponentKind.SERVER) for name in own]
    service = Service(name="pay", names={}, depends_on=needs)
    return effective_statuses(Graph(parts, [service]), own)["pay"]


@pytest.mark.parametrize("status", STATUSES)
def test_a_hard_dependency_is_felt_in_full(status: Status) -> None:
    assert _effective({"a": status}, Dependency(("a",))) is status


@pytest.mark.parametrize("status", STATUSES)
def test_a_soft_dependency_degrades_at_most(status: Status) -> None:
    found = _effective({"a": status}, Dependency(("a",), soft=True))
    assert found is (DEGRADED if status.is_bad else OPERATIONAL)


@pytest.mark.parametrize(
    ("a", "b", "required", "status"),
    [
        (MAJOR, OPERATIONAL, 1, OPERATIONAL),
        (MAJOR, DEGRADED, 1, DEGRADED),
        (MAJOR, NO_DATA, 1, NO_DATA),
        (MAJOR, MAJOR, 1, MAJOR),
        (MAJOR, OPERATIONAL, 2, MAJOR),
        (NO_DATA, DEGRADED, 2, NO_DATA),
    ],
)
def test_of_redundant_dependencies_the_required_best_decides(
    a: Status, b: Status, required: int, status: Status
) -> None:
    both = Dependency(("a", "b"), required=required)
    assert _effective({"a": a, "b": b}, both) is status


def test_no_data_hides_no_outage() -> None:
    needs = (Dependency(("a",)), Dependency(("b",)))
    assert _effective({"a": NO_DATA, "b": MAJOR}, *needs) is MAJOR
    assert _effective({"a": NO_DATA, "b": OPERATIONAL}, *needs) is NO_DATA


def test_trouble_travels_through_components() -> None:
    parts = [
        Component(name="db", kind=ComponentKind.DATABASE),
        _component(ANY, Dependency(("db",))),
    ]
    service = Service(name="pay", names={}, depends_on=(Dependency(("app",)),))
    found = effective_statuses(Graph(parts, [service]), {"db": MAJOR, "app": PARTIAL})
    assert found == {"db": MAJOR, "app": MAJOR, "pay": MAJOR}


def test_excused_components_count_as_working() -> None:
    own = {"a": MAJOR, "b": DEGRADED}
    assert without(own, ["a"]) == {"a": OPERATIONAL, "b": DEGRADED}


@given(
    st.lists(st.sampled_from(STATUSES[:4]), min_size=2, max_size=4),
    st.integers(1, 2),
    st.booleans(),
    st.integers(0, 3),
)
def test_a_worse_dependency_never_makes_its_dependant_better(
    statuses: list[Status], required: int, soft: bool, index: int
) -> None:
    names = tuple(f"n{each}" for each in range(len(statuses)))
    needs = Dependency(names, required=required, soft=soft)
    before = dict(zip(names, statuses, strict=True))
    worse = {**before, names[index % len(names)]: MAJOR}
    assert _effective(worse, needs).badness >= _effective(before, needs).badness


@given(
    st.lists(st.sampled_from(STATUSES), min_size=4, max_size=4),
    st.sets(st.sampled_from(("a", "b", "app", "pay", "see")), min_size=1),
)
def test_asking_for_some_names_gives_the_same_words_as_asking_for_all(
    statuses: list[Status], names: set[str]
) -> None:
    own = dict(zip(("a", "b", "app", "other"), statuses, strict=True))
    parts = [
        Component(name="a", kind=ComponentKind.DATABASE),
        Component(name="b", kind=ComponentKind.THIRD_PARTY),
        _component(ANY, Dependency(("a",)), Dependency(("b",), soft=True)),
        Component(name="other", kind=ComponentKind.SERVER),
    ]
    services = [
        Service(name="pay", names={}, depends_on=(Dependency(("app",)),)),
        Service(name="see", names={}, depends_on=(Dependency(("b", "other")),)),
    ]
    graph = Graph(parts, services)
    whole, some = effective_statuses(graph, own), effective_statuses(graph, own, names)
    assert names <= set(some)
    assert some == {name: whole[name] for name in some}
