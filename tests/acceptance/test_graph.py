"""A small platform on real processes: parents and children, windows that end early, no network."""

import pytest

from tests.acceptance.board import SERVICES
from tests.acceptance.graph_stories import SeenFamily, SeenIsolation, SeenWork
from tests.support.background import PATIENCE_SECONDS, Background

pytestmark = [pytest.mark.external_service, pytest.mark.timeout(PATIENCE_SECONDS + 20)]


def test_a_parent_that_fails_is_one_page_with_its_impact_on_four_services(
    troupe: Background,
) -> None:
    seen: SeenFamily = troupe.seen("parent")

    assert len(seen.at_once) == 1
    assert seen.first["components"] == ["store", "shop"]
    assert set(seen.first["services"]) == set(SERVICES)
    assert {seen.statuses[name] for name in SERVICES} == {"major_outage"}
    assert seen.statuses["mail"] == "operational"
    pages = [each for each in seen.webhooks if each["type"] == "incident.opened"]
    ids = [each["body"]["data"]["id"] for each in pages]
    assert ids[0] == seen.first["id"]
    assert ids.count(seen.first["id"]) == 1


def test_a_child_still_broken_after_its_parent_is_an_incident_that_follows(
    troupe: Background,
) -> None:
    seen: SeenFamily = troupe.seen("parent")

    first = next(each for each in seen.incidents if each["id"] == seen.first["id"])
    second = seen.second
    assert len(seen.incidents) == 2
    assert (second["components"], second["follows"]) == (["shop"], first["id"])
    # Its confirmation began anew when the parent had recovered.
    assert first["recovered_at"] <= second["confirmed_at"]
    assert [first["status"], second["status"]] == ["resolved", "resolved"]
    types = [each["type"] for each in seen.webhooks]
    assert types.count("incident.opened") == types.count("incident.resolved") == 2


def test_green_probes_propose_an_early_end_and_a_person_confirms_it(troupe: Background) -> None:
    seen: SeenWork = troupe.seen("early")

    assert seen.proposed["status"] == "in_progress"
    assert {seen.statuses[name] for name in SERVICES} == {"maintenance"}
    assert seen.window["proposed_at"] <= seen.window["actual_end"] < seen.window["end"]
    assert seen.incidents == []
    assert [each["kind"] for each in seen.notices] == [
        "maintenance_planned",
        "maintenance_started",
        "maintenance_completed",
    ]


def test_blips_inside_a_window_are_none_and_an_unrelated_fault_is_an_incident(
    troupe: Background,
) -> None:
    seen: SeenWork = troupe.seen("blips")

    assert seen.after_blip == []
    (incident,) = seen.incidents
    assert incident["components"] == ["mailer"]
    assert incident["services"] == ["mail"]
    assert incident["cause"] != "maintenance"
    assert {seen.statuses[name] for name in SERVICES} == {"maintenance"}
    assert seen.statuses["mail"] == "major_outage"


def test_a_monitor_without_a_network_tells_of_itself_and_of_nothing_else(
    troupe: Background,
) -> None:
    seen: SeenIsolation = troupe.seen("isolated")

    assert [each["kind"] for each in seen.faults] == ["isolated"]
    assert set(seen.statuses.values()) == {"unknown"}
    assert seen.incidents == []
    assert seen.notices == []
    assert [each["type"] for each in seen.webhooks] == ["monitor.fault", "monitor.cleared"]
    assert set(seen.afterwards.values()) == {"operational"}
    assert seen.faults_afterwards == []
