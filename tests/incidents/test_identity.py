"""Whose failure it is: the graph and the onsets decide, not the order of probes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.incidents.identity import (
    Relation,
    incident_id,
    left_behind,
    relate,
    relate_by_verdict,
)
from monitor.incidents.transitions import join, open_incident
from monitor.model.cause import Cause, Diagnosis
from monitor.model.incident import IncidentStatus, Onset
from monitor.model.signals import FAILING, Evidence, SignalKind
from tests.incidents.builders import GRAPH, at, failure, incident, verdict

COMPONENTS = tuple(GRAPH.components)


def test_what_needs_the_root_is_impact() -> None:
    assert relate(failure("gateway"), incident("ledger"), GRAPH) is Relation.IMPACT


def test_what_the_root_needs_becomes_the_root() -> None:
    assert relate(failure("ledger"), incident("gateway"), GRAPH) is Relation.NEW_ROOT


def test_what_the_root_needs_but_failed_clearly_later_is_a_consequence() -> None:
    late = failure("ledger", began=14, last_ok=12)
    assert relate(late, incident("gateway"), GRAPH) is Relation.CONSEQUENCE


def test_overlapping_onsets_have_no_order() -> None:
    overlapping = failure("ledger", began=14, last_ok=10)
    assert relate(overlapping, incident("gateway"), GRAPH) is Relation.NEW_ROOT


def test_without_a_member_of_its_own_an_incident_began_at_its_start() -> None:
    late = failure("ledger", began=14, last_ok=12)
    assert relate(late, incident("gateway", members=()), GRAPH) is Relation.CONSEQUENCE


@pytest.mark.parametrize("other", ["bank-b", "mailer"])
def test_components_that_only_share_a_neighbour_are_incidents_of_their_own(other: str) -> None:
    root = "bank-a" if other == "bank-b" else "gateway"
    assert relate(failure(other), incident(root), GRAPH) is None


def test_the_root_failing_during_the_watch_is_a_relapse() -> None:
    watched = incident("ledger", status=IncidentStatus.MONITORING)
    assert relate(failure("ledger"), watched, GRAPH) is Relation.RELAPSE
    assert relate(failure("gateway"), watched, GRAPH) is None


@pytest.mark.parametrize("status", [IncidentStatus.RESOLVED, IncidentStatus.WITHDRAWN])
@pytest.mark.parametrize("component", COMPONENTS)
def test_nothing_joins_an_incident_that_ended(component: str, status: IncidentStatus) -> None:
    assert relate(failure(component), incident("ledger", status=status), GRAPH) is None


def test_what_one_window_overran_is_one_incident() -> None:
    overrun = incident("bank-a", window="win_1")
    assert relate(failure("bank-b", window="win_1"), overrun, GRAPH) is Relation.OVERRUN
    assert relate(failure("bank-b", window="win_2"), overrun, GRAPH) is None


@given(st.sampled_from(COMPONENTS), st.sampled_from(COMPONENTS), st.integers(0, 20))
def test_every_component_has_at_most_one_relation_and_it_follows_the_graph(
    root: str, component: str, began: int
) -> None:
    relation = relate(failure(component, began=began, last_ok=began - 1), incident(root), GRAPH)
    needs_root = root in GRAPH.all_needs(component)
    needed = component in GRAPH.all_needs(root)
    assert (relation is Relation.IMPACT) == needs_root
    assert (relation in (Relation.NEW_ROOT, Relation.CONSEQUENCE)) == needed
    assert (relation is None) == (not needs_root and not needed)


def test_ids_follow_from_component_and_start() -> None:
    assert incident_id("ledger", at(1)) == incident_id("ledger", at(1))
    assert len({incident_id(name, at(each)) for name in COMPONENTS for each in range(3)}) == 15


def test_a_member_whose_root_recovered_without_it_is_left_behind() -> None:
    both = join(incident("ledger"), failure("gateway"), Relation.IMPACT)
    assert left_behind(failure("gateway"), [both]) is None
    watched = incident("ledger", members=both.members, monitoring_at=at(60))
    assert left_behind(failure("gateway"), [watched]) is watched
    assert left_behind(failure("mailer"), [watched]) is None


def test_a_member_is_left_behind_by_the_incident_that_recovered_last() -> None:
    both = join(incident("ledger"), failure("gateway"), Relation.IMPACT)
    early = incident("ledger", id="inc_1", members=both.members, monitoring_at=at(60))
    late = incident("ledger", id="inc_2", members=both.members, monitoring_at=at(90))
    assert left_behind(failure("gateway"), [late, early]) is late


def test_a_member_that_was_followed_once_is_not_left_behind_again() -> None:
    both = join(incident("ledger"), failure("gateway"), Relation.IMPACT)
    watched = incident("ledger", members=both.members, monitoring_at=at(60))
    following = open_incident(failure("gateway", began=70), verdict(), follows=watched.id)
    assert left_behind(failure("gateway"), [watched, following]) is None


def test_a_member_that_recovered_after_all_and_fails_again_is_not_left_behind() -> None:
    both = join(incident("ledger"), failure("gateway"), Relation.IMPACT)
    watched = incident("ledger", members=both.members, monitoring_at=at(60))
    assert left_behind(failure("gateway", began=60, last_ok=58), [watched]) is watched
    assert left_behind(failure("gateway", began=61, last_ok=60), [watched]) is None


def test_a_never_seen_success_makes_nothing_clearly_later() -> None:
    unseen = failure("ledger", began=500, last_ok=None)
    assert unseen.onset == Onset(last_ok_at=None, first_failure_at=at(500))
    assert relate(unseen, incident("gateway"), GRAPH) is Relation.NEW_ROOT


@pytest.mark.parametrize(
    ("failing", "seat", "its_seat", "confidence", "relation"),
    [
        ("bank-a", "ledger", "ledger", 0.9, Relation.CONSEQUENCE),
        ("bank-a", "bank-a", "bank-a", 0.9, Relation.NEW_ROOT),
        ("bank-a", "mailer", "ledger", 0.9, Relation.CONSEQUENCE),
        ("bank-a", "bank-a", "ledger", 0.9, None),
        ("bank-a", "ledger", "ledger", 0.7, None),
        ("bank-a", "bank-a", "bank-a", 0.7, None),
    ],
)
def test_a_sure_verdict_joins_what_the_graph_does_not(
    failing: str, seat: str, its_seat: str, confidence: float, relation: Relation | None
) -> None:
    own, its = (verdict(component=each, confidence=confidence) for each in (seat, its_seat))

    known = join(incident("ledger"), failure("mailer"), Relation.IMPACT)

    assert relate_by_verdict(failure(failing), own, known, its) is relation


def _lost_with(seat: str, *others: str, confidence: float = 0.84) -> Diagnosis:
    evidence = tuple(
        Evidence(
            signal=SignalKind.SIBLING_STATUS,
            value=FAILING,
            component=each,
            check=f"{each}-check",
            at=at(12),
            rule="ways_lost_together",
            weight=0.75,
        )
        for each in others
    )
    named = verdict(Cause.NETWORK_FAULT, confidence, "firewall", seat)
    return replace(named, evidence=evidence)


@pytest.mark.parametrize(
    ("began", "lost_with", "root_lost_with", "confidence", "relation"),
    [
        (11, ("bank-a",), (), 0.84, Relation.CONSEQUENCE),
        (11, ("bank-a",), (), 0.79, None),
        (11, ("mailer",), ("mailer",), 0.84, Relation.CONSEQUENCE),
        (11, ("mailer",), ("gateway",), 0.84, None),
        (11, (), (), 0.84, None),
        (3600, ("mailer",), ("mailer",), 0.84, None),
    ],
    ids=["with the root", "unsure", "both with a third", "with others", "alone", "much later"],
)
def test_what_one_way_of_ours_lost_together_is_one(
    began: int,
    lost_with: tuple[str, ...],
    root_lost_with: tuple[str, ...],
    confidence: float,
    relation: Relation | None,
) -> None:
    own = _lost_with("bank-b", *lost_with, confidence=confidence)
    its = _lost_with("bank-a", *root_lost_with)
    lost = failure("bank-b", began=began, last_ok=began - 2)

    assert relate_by_verdict(lost, own, incident("bank-a"), its) is relation
