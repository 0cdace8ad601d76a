"""A journey takes its steps with what earlier ones captured, and stops at the first that fails."""

import asyncio
from typing import Any

import pytest

from monitor.model.observation import FailureKind, Observation, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from tests.probes.conftest import Probe
from tests.probes.http_app import App, Asked, Route, always, says
from tests.probes.journey_shop import SECRET, STEPS, Shop, taken
from tests.probes.servers import answering, full_backlog, http, resetting, serving, silent


async def test_a_journey_takes_every_step_with_what_was_captured(probe: Probe) -> None:
    shop = Shop()

    first = await taken(probe, shop.app)
    await taken(probe, shop.app)

    assert first.failure is None
    assert (first.outcome, first.stage) == (Outcome.OK, Stage.BUSINESS)
    times = [each for each in first.signals if each.kind is SignalKind.STEP_SECONDS]
    assert [each.detail for each in times] == ["token", "order", "pay", "ledger"]
    # Each is rounded to a tenth of a millisecond.
    assert sum(float(each.value) - 1e-4 for each in times) <= first.duration_seconds
    assert {Phase.CONNECT, Phase.WAIT} <= set(first.phases)
    assert shop.orders[0]["note"] == SECRET
    assert shop.orders[0]["amount"] == 1
    assert shop.orders[0]["no"] != shop.orders[1]["no"]


BREAKS: dict[str, tuple[str, Route, str, FailureKind]] = {
    "the first step is refused": (
        "/token",
        always({"error": "invalid_grant", "hint": SECRET}, "400 Bad Request"),
        "token",
        FailureKind.STATUS_UNEXPECTED,
    ),
    "a value is missing": (
        "/token",
        always({"token": "geheim-token"}),
        "token",
        FailureKind.CONTRACT_BROKEN,
    ),
    "another status": (
        "/orders",
        always({"order": {"id": "o 1/ü"}}),
        "order",
        FailureKind.STATUS_UNEXPECTED,
    ),
    "another state": (
        "/pay",
        always({"state": "geheim-state"}),
        "pay",
        FailureKind.VALUE_UNEXPECTED,
    ),
    "another amount in the ledger": (
        "/ledger/R7",
        always({"amount": 7, "order": "o 1/ü", "text": "paid 7"}),
        "ledger",
        FailureKind.VALUE_UNEXPECTED,
    ),
    "a ledger without the entry": (
        "/ledger/R7",
        always({}),
        "ledger",
        FailureKind.CONTRACT_BROKEN,
    ),
    "a page for a document": (
        "/ledger/R7",
        lambda _: http("200 OK", b"geheim"),
        "ledger",
        FailureKind.CONTRACT_BROKEN,
    ),
    "a redirect without an end": (
        "/pay",
        lambda asked: http("302 Found", b"", f"Location: {asked.path}"),
        "pay",
        FailureKind.TOO_MANY_REDIRECTS,
    ),
}


@pytest.mark.parametrize("name", BREAKS)
async def test_a_journey_stops_at_the_first_step_that_fails(probe: Probe, name: str) -> None:
    path, route, step, kind = BREAKS[name]
    shop = Shop()
    shop.app.routes[path] = route

    observation = await taken(probe, shop.app)

    assert observation.failure is not None
    assert observation.failure.kind is kind
    assert observation.failure.detail.startswith(f"step {step}: ")
    assert observation.signal(SignalKind.FAILED_STEP) == step
    place = next(each.detail for each in observation.signals if each.kind is SignalKind.FAILED_STEP)
    times = [each.detail for each in observation.signals if each.kind is SignalKind.STEP_SECONDS]
    assert place == f"{len(times)} of 4"
    assert times == [each["name"] for each in STEPS][: len(times)]
    assert times[-1] == step


@pytest.mark.parametrize("name", BREAKS)
async def test_no_value_stands_in_a_failure(probe: Probe, name: str) -> None:
    path, route, _, _ = BREAKS[name]
    shop = Shop()
    shop.app.routes[path] = route

    told = repr(await taken(probe, shop.app))

    for value in (SECRET, "geheim", "c00kie", "o 1/", "o%201", "R7", "paid 7"):
        assert value not in told


async def test_a_wrong_answer_is_a_matter_of_the_business(probe: Probe) -> None:
    shop = Shop()
    shop.app.routes["/pay"] = always({"error": "x"}, "503 Service Unavailable", "Retry-After: 9")

    observation = await taken(probe, shop.app)

    assert observation.stage is Stage.BUSINESS
    assert observation.signal(SignalKind.HTTP_STATUS) == 503
    assert observation.signal(SignalKind.RETRY_AFTER_SECONDS) == 9


async def test_a_step_that_gets_no_answer_fails_on_its_way(probe: Probe) -> None:
    shop = Shop()
    async with serving(resetting) as port:
        steps = [*STEPS[:1], {"name": "away", "url": f"http://127.0.0.1:{port}/"}]
        observation = await taken(probe, shop.app, steps=steps)

    assert observation.failure is not None
    assert (observation.failure.kind, observation.stage) == (
        FailureKind.RESPONSE_RESET,
        Stage.PROTOCOL,
    )
    assert observation.signal(SignalKind.FAILED_STEP) == "away"
    assert observation.signal(SignalKind.HTTP_STATUS) is None


@pytest.mark.parametrize("handler", [silent, "backlog"], ids=["hangs", "accepts nobody"])
async def test_the_deadline_bounds_all_steps_together(probe: Probe, handler: Any) -> None:
    async def slowly(_: Asked) -> bytes:
        await asyncio.sleep(0.3)
        return says({})

    async def run(port: int) -> Observation:
        steps = [
            {"name": "slow", "url": "/"},
            {"name": "stuck", "url": f"http://127.0.0.1:{port}/"},
        ]
        return await taken(probe, App({"/": slowly}), steps=steps, variables={}, timeout=1.2)

    if handler == "backlog":
        with full_backlog() as port:
            observation = await run(port)
    else:
        async with serving(handler) as port:
            observation = await run(port)

    assert observation.failure is not None
    assert "timeout" in observation.failure.kind.value
    assert observation.failure.detail.startswith("step stuck: ")
    assert observation.signal(SignalKind.FAILED_STEP) == "stuck"
    slow, stuck = (each for each in observation.signals if each.kind is SignalKind.STEP_SECONDS)
    assert float(slow.value) + float(stuck.value) == pytest.approx(
        observation.duration_seconds, abs=0.05
    )
    assert sum(observation.phases.values()) <= float(stuck.value) + 0.001


async def test_a_result_that_takes_a_moment_is_waited_for(probe: Probe) -> None:
    states = iter(["PROCESSING", "PROCESSING", "PAID"])
    app = App({"/order": lambda _: says({"state": next(states)})})
    step = {"name": "query", "url": "/order", "expect_json": {"$.state": "PAID"}}

    observation = await taken(probe, app, steps=[{**step, "within": "3s"}])

    assert observation.outcome is Outcome.OK
    assert len(app.asked) == 3
    assert len([each for each in observation.signals if each.kind is SignalKind.HTTP_STATUS]) == 1


async def test_a_result_that_never_comes_fails_when_its_time_is_over(probe: Probe) -> None:
    app = App({"/order": always({"state": "PROCESSING"})})
    step = {"name": "query", "url": "/order", "expect_json": {"$.state": "PAID"}}

    observation = await taken(probe, app, steps=[{**step, "within": "600ms"}])

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.VALUE_UNEXPECTED
    assert len(app.asked) == 3


async def test_a_journey_that_is_right_but_slow_is_degraded(probe: Probe) -> None:
    async with serving(answering(http("200 OK"))) as port:
        steps = [{"name": "a", "url": f"http://127.0.0.1:{port}/"}]
        observation = await probe("journey", steps=steps, degraded_after=0.000001)

    assert observation.outcome is Outcome.DEGRADED
    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.THRESHOLD_EXCEEDED
