"""A query to a real Prometheus: its values are signals, limits judge them, its errors are typed."""

import json
from typing import Any

import pytest

from monitor.model.observation import FailureKind, Observation, Outcome, Stage
from monitor.model.signals import SignalKind
from tests.probes.conftest import LONG_SECONDS, Probe, kind_of
from tests.probes.servers import answering, http, serving, silent
from tests.support.polling import eventually_async
from tests.support.programs import free_port

pytest_plugins = ["tests.support.prometheus"]
pytestmark = pytest.mark.external_service

TWO_SERIES = (
    'label_replace(vector(2), "shop", "a", "", "") or label_replace(vector(9), "shop", "b", "", "")'
)


async def test_a_value_is_reported_under_the_name_of_its_signal(
    probe: Probe, prometheus: str
) -> None:
    seen = await probe("promql", url=prometheus, query="vector(12)", signal="auth_failure_rate")

    assert seen.outcome is Outcome.OK
    assert seen.stage is Stage.SEMANTIC
    assert seen.signal(SignalKind.AUTH_FAILURE_RATE) == 12


async def test_a_scraped_series_is_found_with_its_labels(probe: Probe, prometheus: str) -> None:
    async def scraped() -> Observation | None:
        seen = await probe("promql", url=prometheus, query='up{job="itself"}', failed={"below": 1})
        return seen if seen.outcome is Outcome.OK else None

    seen = await eventually_async(scraped)

    assert seen is not None
    (signal,) = (each for each in seen.signals if each.kind is SignalKind.MEASURED_VALUE)
    assert signal.value == 1
    assert "job=itself" in signal.detail


@pytest.mark.parametrize(
    ("limits", "outcome"),
    [
        ({}, Outcome.OK),
        ({"degraded": {"above": 9}}, Outcome.OK),
        ({"degraded": {"above": 8.5}}, Outcome.DEGRADED),
        ({"degraded": {"below": 5}, "failed": {"above": 10}}, Outcome.DEGRADED),
        ({"degraded": {"above": 1}, "failed": {"above": 5}}, Outcome.FAILED),
        ({"failed": {"below": 3, "above": 100}}, Outcome.FAILED),
    ],
    ids=["no limit", "at the limit", "one above", "one below", "the worse counts", "range"],
)
async def test_every_series_is_compared(
    probe: Probe, prometheus: str, limits: dict[str, Any], outcome: Outcome
) -> None:
    seen = await probe("promql", url=prometheus, query=TWO_SERIES, **limits)

    assert seen.outcome is outcome
    assert kind_of(seen) is (FailureKind.THRESHOLD_EXCEEDED if limits and seen.failure else None)
    values = [each for each in seen.signals if each.kind is SignalKind.MEASURED_VALUE]
    assert {(each.value, each.detail) for each in values} == {(2, "shop=a"), (9, "shop=b")}


async def test_the_series_beyond_a_limit_comes_first(probe: Probe, prometheus: str) -> None:
    seen = await probe("promql", url=prometheus, query=TWO_SERIES, degraded={"below": 5})

    assert seen.signal(SignalKind.MEASURED_VALUE) == 2
    assert seen.failure is not None
    assert seen.failure.detail == "measured_value 2 (shop=a) is below 5"


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({}, Outcome.FAILED),
        ({"empty": "degraded"}, Outcome.DEGRADED),
        ({"empty": "ok"}, Outcome.OK),
    ],
    ids=["by default", "degraded", "ok"],
)
@pytest.mark.parametrize("query", ["no_such_series", "vector(0) / 0"], ids=["no series", "NaN"])
async def test_no_value_means_what_the_check_says(
    probe: Probe, prometheus: str, fields: dict[str, Any], outcome: Outcome, query: str
) -> None:
    seen = await probe("promql", url=prometheus, query=query, failed={"above": 0}, **fields)

    assert seen.outcome is outcome
    assert kind_of(seen) is (None if outcome is Outcome.OK else FailureKind.SILENT)
    assert seen.signal(SignalKind.MEASURED_VALUE) is None


async def test_an_infinite_value_is_beyond_every_limit_and_fits_into_json(
    probe: Probe, prometheus: str
) -> None:
    seen = await probe("promql", url=prometheus, query="vector(1) / 0", failed={"above": 1e300})

    assert seen.outcome is Outcome.FAILED
    json.dumps(seen.signal(SignalKind.MEASURED_VALUE), allow_nan=False)


@pytest.mark.parametrize("query", ["sum(", "up[1m]", '"text"'], ids=["broken", "range", "text"])
async def test_a_query_that_gives_no_values_is_our_mistake(
    probe: Probe, prometheus: str, query: str
) -> None:
    seen = await probe("promql", url=prometheus, query=query)

    assert kind_of(seen) is FailureKind.QUERY_FAILED
    assert seen.signal(SignalKind.PROVIDER_CODE) == "bad_data"


async def test_a_server_under_a_path_is_asked_there(probe: Probe, prometheus: str) -> None:
    seen = await probe("promql", url=f"{prometheus}/elsewhere/", query="vector(1)")

    assert kind_of(seen) is FailureKind.STATUS_UNEXPECTED
    assert seen.signal(SignalKind.HTTP_STATUS) == 404


_TIMED_OUT = json.dumps(
    {"status": "error", "errorType": "timeout", "error": "query timed out in expression evaluation"}
)
ANSWERS = {
    "gives up": (http("503 Service Unavailable", _TIMED_OUT.encode()), FailureKind.QUERY_TIMEOUT),
    "is not there behind its proxy": (
        http("503 Service Unavailable", b"<html>no upstream</html>"),
        FailureKind.QUERY_FAILED,
    ),
    "speaks of something else": (http("200 OK", b'{"pong": true}'), FailureKind.CONTRACT_BROKEN),
    "speaks no JSON": (http("200 OK", b"pong"), FailureKind.CONTRACT_BROKEN),
    "wants a login": (http("401 Unauthorized"), FailureKind.STATUS_UNEXPECTED),
}


@pytest.mark.parametrize("case", ANSWERS)
async def test_what_else_a_server_says_is_typed(probe: Probe, case: str) -> None:
    answer, kind = ANSWERS[case]
    async with serving(answering(answer)) as port:
        seen = await probe("promql", url=f"http://127.0.0.1:{port}", query="up")

    assert seen.outcome is Outcome.FAILED
    assert kind_of(seen) is kind


async def test_a_server_that_is_gone_or_silent_is_a_failure_of_the_way_there(probe: Probe) -> None:
    gone = await probe("promql", url=f"http://127.0.0.1:{free_port()}", query="up")
    async with serving(silent) as port:
        mute = await probe("promql", timeout=0.3, url=f"http://127.0.0.1:{port}", query="up")

    assert kind_of(gone) is FailureKind.CONNECT_REFUSED
    assert kind_of(mute) is FailureKind.RESPONSE_TIMEOUT
    assert mute.duration_seconds < LONG_SECONDS
