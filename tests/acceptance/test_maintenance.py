"""The demo's planned maintenance, finished in time and overrunning, on real processes."""

from datetime import timedelta

import pytest

from tests.acceptance.stand import time_of
from tests.acceptance.stories import SeenWindow
from tests.support.background import PATIENCE_SECONDS, Background

pytestmark = [pytest.mark.external_service, pytest.mark.timeout(PATIENCE_SECONDS + 20)]


def test_a_maintenance_repaired_in_time_completes_at_its_planned_end(troupe: Background) -> None:
    seen: SeenWindow = troupe.seen("planned")

    assert seen.incidents == []
    assert set(seen.statuses.values()) == {"maintenance"}
    assert [each["kind"] for each in seen.notices] == [
        "maintenance_planned",
        "maintenance_started",
        "maintenance_completed",
    ]
    late = time_of(seen.window["actual_end"]) - time_of(seen.window["end"])
    assert timedelta(0) <= late < timedelta(seconds=8)
    assert "维护中" in seen.page
    assert seen.webhooks == []


def test_a_maintenance_not_repaired_overruns_as_one_incident_and_a_page(troupe: Background) -> None:
    seen: SeenWindow = troupe.seen("overrun")

    (incident,) = seen.incidents
    assert (incident["cause"], incident["subcause"]) == ("maintenance", "overrun")
    assert incident["window"] == seen.window["id"]
    assert incident["started_at"] == seen.window["end"]
    kinds = [each["kind"] for each in seen.notices]
    assert kinds == [
        "maintenance_planned",
        "maintenance_started",
        "maintenance_overrunning",
        "maintenance_completed",
    ]
    types = [each["type"] for each in seen.webhooks]
    assert types.count("maintenance.overrunning") == 1
    assert types.count("incident.opened") == types.count("incident.resolved") == 1
    assert all(each["verified"] for each in seen.webhooks)
