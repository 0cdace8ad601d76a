"""The shipped dashboard and rules, asked of a real Prometheus that has scraped the demo."""

import pytest

from tests.acceptance.dashboard import queries
from tests.support.background import PATIENCE_SECONDS, Background

pytestmark = [pytest.mark.external_service, pytest.mark.timeout(PATIENCE_SECONDS + 20)]

# Nothing is wrong yet when the dashboard is asked, so these have nothing to show.
EMPTY_WHEN_ALL_IS_WELL = {"Open incidents by cause A", "Notices published A"}


def test_prometheus_scrapes_the_monitor_without_an_error(troupe: Background) -> None:
    target = troupe.seen("dashboard")["target"]

    assert (target["health"], target["lastError"]) == ("up", "")


@pytest.mark.parametrize("name", queries())
def test_every_query_has_an_answer(troupe: Background, name: str) -> None:
    answer = troupe.seen("dashboard")["answers"][name]

    assert answer["status"] == "success", answer
    assert bool(answer["data"]["result"]) != (name in EMPTY_WHEN_ALL_IS_WELL)


def test_every_rule_is_evaluated_and_quiet(troupe: Background) -> None:
    rules = troupe.seen("dashboard")["rules"]

    assert {each["health"] for each in rules} == {"ok"}
    assert {each["name"]: each["state"] for each in rules if each["state"] != "inactive"} == {}
