"""The faults of the demo platform, as its probes see them."""

import pytest

from monitor.model.cause import Cause
from monitor.model.observation import FailureKind, Stage
from tests.diagnosis.world import REFUSED, Sight, World, failed, ok, platform, slow, status

STALLED = failed(FailureKind.QUERY_TIMEOUT, 1.4, Stage.SEMANTIC, lock_waiters=3, read_ok=False)
SHED = status(503, 1.05)
SATURATED = ok(0.02, saturation_ratio=0.99, queue_depth=90, shed_ratio=0.6)
CLOSED = status(
    503,
    0.01,
    retry_after_seconds=50,
    provider_code="maintenance",
)
PAGE = status(503, 0.01, retry_after_seconds=50, maintenance_marker="title")

HOSTS = pytest.mark.parametrize("host", [True, False], ids=["host", "no_host"])


def _is(world: World, failing: str, cause: Cause, subcause: str, seat: str) -> None:
    verdict = world.diagnose(failing)
    assert (verdict.cause, verdict.subcause, verdict.component) == (cause, subcause, seat)
    assert verdict.confidence >= 0.8
    assert verdict.candidates[0].cause is cause
    assert any(not each.against for each in verdict.evidence)


@HOSTS
@pytest.mark.parametrize("failing", ["gateway", "ledger"])
@pytest.mark.parametrize("code", [500, 503])
def test_a_stopped_database_is_seen_from_itself_and_from_the_gateway(
    host: bool, failing: str, code: int
) -> None:
    world = platform(host=host).round({"ledger": REFUSED, "gateway": status(code)}, times=2)
    _is(world, failing, Cause.DATABASE_ANOMALY, "down", "ledger")


@HOSTS
@pytest.mark.parametrize("failing", ["gateway", "ledger"])
@pytest.mark.parametrize("answer", [status(503, 0.95), failed(FailureKind.RESPONSE_TIMEOUT, 1.5)])
def test_a_locked_table_is_told_from_a_slow_server(host: bool, failing: str, answer: Sight) -> None:
    world = platform(host=host).round({"ledger-sql": STALLED, "gateway": answer}, times=2)
    _is(world, failing, Cause.DATABASE_ANOMALY, "lock", "ledger")


@pytest.mark.parametrize("answer", [SHED, slow(1.4), failed(FailureKind.RESPONSE_TIMEOUT, 1.5)])
@pytest.mark.parametrize("health", [SHED, slow(0.9)])
def test_overload_shows_everywhere_but_at_the_database(answer: Sight, health: Sight) -> None:
    world = platform().round({"healthz": health, "gateway": answer}, times=3)
    _is(world, "gateway", Cause.SERVER_OVERLOAD, "", "gateway-host")
    _is(world, "gateway-host", Cause.SERVER_OVERLOAD, "", "gateway-host")


@pytest.mark.parametrize("answer", [SHED, status(503, 0.01), slow(1.4)])
def test_overload_that_the_server_reports_itself(answer: Sight) -> None:
    world = platform().round({"healthz": SATURATED, "gateway": answer}, times=3)
    _is(world, "gateway", Cause.SERVER_OVERLOAD, "cpu", "gateway")


@pytest.mark.parametrize(
    "answer", [status(502, provider_code="SERVICE_OFFLINE"), status(502), status(503)]
)
def test_a_bank_that_answers_502_alone(answer: Sight) -> None:
    world = platform().round({"bank-a": answer}, times=2)
    _is(world, "bank-a", Cause.THIRD_PARTY_INTERFACE, "down", "bank-a")


@HOSTS
def test_a_bad_deploy_answers_500_fast(host: bool) -> None:
    world = platform(host=host).change("gateway").round({"gateway": status(500)}, times=2)
    _is(world, "gateway", Cause.APPLICATION_FAULT, "deploy", "gateway")


@HOSTS
@pytest.mark.parametrize("answer", [CLOSED, PAGE], ids=["code", "page"])
def test_maintenance_that_nobody_announced(host: bool, answer: Sight) -> None:
    seen = {"gateway": answer, "healthz": answer} if host else {"gateway": answer}
    world = platform(host=host).round(seen, times=2)
    seat = "gateway-host" if host else "gateway"
    _is(world, "gateway", Cause.MAINTENANCE, "unannounced", seat)
