"""What an incident does to services: the worst is kept, severity only rises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.incidents.impact import affected_services, merge_impact, severity_of
from monitor.incidents.transitions import note_impact
from monitor.model.incident import Incident, Severity
from monitor.model.status import Status
from tests.incidents.builders import GRAPH, at, incident

OWN = dict.fromkeys(GRAPH.components, Status.OPERATIONAL)
DEGRADED, PARTIAL, MAJOR = Status.DEGRADED, Status.PARTIAL_OUTAGE, Status.MAJOR_OUTAGE
BAD = st.sampled_from((DEGRADED, PARTIAL, MAJOR))


def test_only_the_incidents_own_components_count() -> None:
    own = {**OWN, "bank-b": MAJOR, "bank-a": MAJOR}
    assert affected_services(["bank-a"], own, GRAPH) == {"checkout": DEGRADED}
    assert affected_services(["bank-b"], own, GRAPH) == {"checkout": MAJOR}
    assert affected_services(["mailer"], {**OWN, "mailer": MAJOR}, GRAPH) == {}


def test_trouble_reaches_services_through_components() -> None:
    own = {**OWN, "ledger": PARTIAL}
    expected = {"quote": PARTIAL, "checkout": PARTIAL}
    assert affected_services(["ledger"], own, GRAPH) == expected


@pytest.mark.parametrize(
    ("affected", "severity"),
    [
        ({}, Severity.MINOR),
        ({"quote": DEGRADED}, Severity.MINOR),
        ({"quote": PARTIAL}, Severity.MAJOR),
        ({"checkout": MAJOR}, Severity.MAJOR),
        ({"quote": MAJOR}, Severity.CRITICAL),
        ({"checkout": DEGRADED, "quote": MAJOR}, Severity.CRITICAL),
    ],
)
def test_severity_follows_what_users_lose(affected: dict[str, Status], severity: Severity) -> None:
    assert severity_of(affected, GRAPH) is severity


def test_an_impact_began_when_it_is_said_to_and_otherwise_now() -> None:
    present = incident()
    begun = note_impact(present, {"quote": DEGRADED}, GRAPH, at(20), since=present.started_at)
    wider = note_impact(begun, {"quote": DEGRADED, "checkout": MAJOR}, GRAPH, at(30))
    assert [(each.service, each.since) for each in wider.impact] == [
        ("quote", begun.started_at),
        ("checkout", at(30)),
    ]


def test_an_impact_that_ends_keeps_its_worst_and_its_end() -> None:
    begun = note_impact(incident(), {"quote": MAJOR}, GRAPH, at(20))
    over = note_impact(begun, {}, GRAPH, at(30))
    still_over = note_impact(over, {}, GRAPH, at(40))
    assert (over.impact[0].worst, over.impact[0].until) == (MAJOR, at(30))
    assert still_over.impact == over.impact
    again = note_impact(over, {"quote": DEGRADED}, GRAPH, at(50))
    assert (again.impact[0].worst, again.impact[0].until) == (MAJOR, None)


@given(st.lists(st.dictionaries(st.sampled_from(("quote", "checkout")), BAD), max_size=8))
def test_severity_and_the_worst_of_each_service_only_rise(
    rounds: list[dict[str, Status]],
) -> None:
    present: Incident = incident()
    for index, affected in enumerate(rounds):
        before, present = present, note_impact(present, affected, GRAPH, at(20 + index))
        assert present.severity.rank >= before.severity.rank
        assert present.severity.rank >= severity_of(affected, GRAPH).rank
        worst = {each.service: each.worst.badness for each in present.impact}
        assert set(worst) >= set(affected) | set(before.services)
        for each in before.impact:
            assert worst[each.service] >= each.worst.badness


def test_merging_touches_nothing_else() -> None:
    assert merge_impact(incident(), {}, at(20), failing=True) == ()


def test_that_a_part_failed_is_remembered_when_it_is_only_slow_later() -> None:
    slow = note_impact(incident(), {"quote": DEGRADED}, GRAPH, at(20), failing=False)
    failed = note_impact(slow, {"quote": DEGRADED}, GRAPH, at(30), failing=True)
    later = note_impact(failed, {"quote": DEGRADED}, GRAPH, at(40), failing=False)

    assert [each.impact[0].failing for each in (slow, failed, later)] == [False, True, True]
