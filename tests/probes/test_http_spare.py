"""A second credential tells whose fault a refusal is, and changes nothing else."""

import asyncio
from typing import Any

import pytest

from monitor.model.observation import FailureKind, Observation, Outcome, Phase
from monitor.model.signals import SignalKind
from tests.probes.conftest import LONG_SECONDS, Probe
from tests.probes.http_app import App, Asked, Route, always, says
from tests.probes.servers import http, serving


def _accepting(*keys: str, status: str = "401 Unauthorized") -> Route:
    def route(asked: Asked) -> bytes:
        return says({}) if asked.headers.get("x-key") in keys else http(status)

    return route


async def _probed(probe: Probe, route: Route, **fields: Any) -> tuple[Observation, App]:
    app = App({"/": route})
    options = {"headers": {"X-Key": "first", "X-Shop": "1"}, "spare": {"headers": {"x-key": "2nd"}}}
    async with serving(app) as port:
        seen = await probe("http", url=f"http://127.0.0.1:{port}/", **{**options, **fields})
    return seen, app


async def test_a_spare_key_that_works_says_that_the_first_is_at_fault(probe: Probe) -> None:
    observation, app = await _probed(probe, _accepting("2nd"))

    assert observation.failure is not None
    assert observation.failure.detail == "status 401"
    assert observation.signal(SignalKind.SPARE_KEY_OK) is True
    assert observation.signal(SignalKind.HTTP_STATUS) == 401
    assert [each.headers["x-key"] for each in app.asked] == ["first", "2nd"]
    assert app.asked[1].headers["x-shop"] == "1"


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
async def test_a_spare_key_that_is_refused_too_says_so(probe: Probe, status: str) -> None:
    observation, app = await _probed(probe, _accepting(status=status))

    assert observation.signal(SignalKind.SPARE_KEY_OK) is False
    assert len(app.asked) == 2


async def test_the_spare_key_is_not_shown_where_the_first_is_accepted(probe: Probe) -> None:
    observation, app = await _probed(probe, _accepting("first"))

    assert observation.outcome is Outcome.OK
    assert observation.signal(SignalKind.SPARE_KEY_OK) is None
    assert len(app.asked) == 1


@pytest.mark.parametrize("status", ["500 Oops", "404 Not Found"])
async def test_an_error_that_is_no_refusal_asks_for_no_spare_key(probe: Probe, status: str) -> None:
    observation, app = await _probed(probe, _accepting(status=status))

    assert observation.signal(SignalKind.SPARE_KEY_OK) is None
    assert len(app.asked) == 1


async def test_a_firewalls_challenge_is_no_refusal(probe: Probe) -> None:
    challenge = http("403 Forbidden", b"", "cf-mitigated: challenge")
    observation, app = await _probed(probe, lambda _: challenge)

    assert observation.signal(SignalKind.WAF_MARKER) == "cloudflare"
    assert len(app.asked) == 1


async def test_a_spare_key_without_an_answer_leaves_the_verdict_as_it_was(probe: Probe) -> None:
    async def hanging(asked: Asked) -> bytes:
        if asked.headers["x-key"] == "first":
            return http("401 Unauthorized")
        await asyncio.sleep(60)
        return b""

    observation, _ = await _probed(probe, hanging, timeout=1.5)

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.STATUS_UNEXPECTED
    assert observation.signal(SignalKind.SPARE_KEY_OK) is None
    assert observation.phases[Phase.WAIT] < 0.3
    assert observation.duration_seconds < LONG_SECONDS


@pytest.mark.parametrize("good", ["2nd", "none"])
async def test_a_refusal_within_200_is_one_too(probe: Probe, good: str) -> None:
    def gateway(asked: Asked) -> bytes:
        fine = asked.headers["x-key"] == good
        return says({"response": {"code": "10000" if fine else "40006"}})

    observation, app = await _probed(probe, gateway, provider="alipay_gateway")

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.PROVIDER_ERROR
    assert observation.signal(SignalKind.SPARE_KEY_OK) is (good == "2nd")
    assert len(app.asked) == 2


async def _with_clients(probe: Probe, good: str) -> tuple[Observation, App]:
    def token(asked: Asked) -> bytes:
        if asked.form["client_id"] != good:
            return says({"error": "invalid_client"}, "401 Unauthorized")
        return says({"access_token": good})

    app = App({"/token": token, "/": always({})})
    async with serving(app) as port:
        url = f"http://127.0.0.1:{port}"
        oauth2 = {"token_url": f"{url}/token", "client_id": "one", "client_secret": "a"}
        spare = {"client_id": "two", "client_secret": "b"}
        oauth2["client_in"] = "body"
        return await probe("http", url=f"{url}/", oauth2=oauth2, spare=spare), app


async def test_a_second_client_is_tried_where_the_first_gets_no_token(probe: Probe) -> None:
    observation, app = await _with_clients(probe, "two")

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.LOGIN_REJECTED
    assert observation.signal(SignalKind.SPARE_KEY_OK) is True
    assert app.paths() == ["/token", "/token", "/"]
    assert app.asked[-1].headers["authorization"] == "Bearer two"


async def test_two_clients_that_get_no_token_say_more_than_one(probe: Probe) -> None:
    observation, app = await _with_clients(probe, "three")

    assert observation.signal(SignalKind.SPARE_KEY_OK) is False
    assert app.paths() == ["/token", "/token"]
