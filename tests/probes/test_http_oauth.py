"""Tokens are kept between runs, and what fails at their endpoint is told apart."""

import asyncio
import base64
import socket
from typing import Any

import pytest

from monitor.clock import SystemClock
from monitor.model.check import Check
from monitor.model.observation import FailureKind, Observation, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from tests.probes.conftest import LONG_SECONDS, Probe, make_check
from tests.probes.http_app import App, Asked, Route, always, says
from tests.probes.servers import full_backlog, http, resetting, serving, silent

_SECRET = "s3cret/ü:1"


class Issuer:
    """An OAuth 2 server and the interface behind it; `current` is the token that counts."""

    def __init__(self, **token: Any) -> None:
        self.current = 0
        self.token: dict[str, Any] = {"expires_in": 3600, **token}
        self.app = App({"/token": self._issue, "/api": self._serve})

    def _issue(self, asked: Asked) -> bytes:
        pair = base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode()
        if pair != "monitor:s3cret%2F%C3%BC%3A1":
            return says({"error": "invalid_client"}, "401 Unauthorized")
        self.current += 1
        return says({"access_token": f"t{self.current}", "token_type": "Bearer", **self.token})

    def _serve(self, asked: Asked) -> bytes:
        if asked.headers.get("authorization") != f"Bearer t{self.current}":
            return http("401 Unauthorized", b"", 'WWW-Authenticate: Bearer error="invalid_token"')
        return http("200 OK")


def _fields(port: int, **oauth2: Any) -> dict[str, Any]:
    client = {
        "token_url": f"http://127.0.0.1:{port}/token",
        "client_id": "monitor",
        "client_secret": _SECRET,
    }
    return {"url": f"http://127.0.0.1:{port}/api", "oauth2": {**client, **oauth2}}


def _check(port: int, *, timeout: float = 5.0, **oauth2: Any) -> Check:
    return make_check("http", timeout=timeout, **_fields(port, **oauth2))


async def test_a_token_is_fetched_once_and_kept_from_run_to_run(prober: Prober) -> None:
    issuer = Issuer()
    async with serving(issuer.app) as port:
        check = _check(port, scope="pay query", parameters={"audience": "bank"})
        first, second = await prober.probe(check), await prober.probe(check)

    assert [first.outcome, second.outcome] == [Outcome.OK, Outcome.OK]
    assert issuer.app.paths() == ["/token", "/api", "/api"]
    assert issuer.app.asked[0].form == {
        "grant_type": "client_credentials",
        "scope": "pay query",
        "audience": "bank",
    }
    assert first.signal(SignalKind.TOKEN_ISSUED) is True
    assert first.phases[Phase.LOGIN] > 0
    assert second.signal(SignalKind.TOKEN_ISSUED) is None
    assert Phase.LOGIN not in second.phases


async def test_a_token_is_renewed_shortly_before_it_ends() -> None:
    class Clock(SystemClock):
        later = 0.0

        def monotonic(self) -> float:
            return super().monotonic() + self.later

    clock, issuer = Clock(), Issuer(expires_in=600)
    prober = Prober(clock)
    async with serving(issuer.app) as port:
        check = _check(port, renew_before="60s")
        for clock.later in (0.0, 530.0, 545.0):
            assert (await prober.probe(check)).outcome is Outcome.OK
    await prober.close()

    assert issuer.app.paths() == ["/token", "/api", "/api", "/token", "/api"]


async def test_a_token_that_was_taken_back_is_fetched_anew_in_the_same_run(prober: Prober) -> None:
    issuer = Issuer()
    async with serving(issuer.app) as port:
        check = _check(port)
        await prober.probe(check)
        issuer.current += 1
        observation = await prober.probe(check)

    assert observation.outcome is Outcome.OK
    assert issuer.app.paths() == ["/token", "/api", "/api", "/token", "/api"]


async def test_the_secret_may_go_in_the_form(probe: Probe) -> None:
    app = App({"/token": always({"access_token": "t"}), "/api": always({})})
    async with serving(app) as port:
        await probe("http", **_fields(port, client_in="body"))

    asked = app.asked[0]
    assert "authorization" not in asked.headers
    assert (asked.form["client_id"], asked.form["client_secret"]) == ("monitor", _SECRET)


async def _refused(prober: Prober, route: Route) -> Observation:
    app = App({"/token": route, "/api": always({})})
    async with serving(app) as port:
        observation = await prober.probe(_check(port))
    assert app.paths() == ["/token"]
    return observation


REFUSALS: dict[str, tuple[str, object, FailureKind, str, str | None]] = {
    "a wrong secret": (
        "401 Unauthorized",
        {"error": "invalid_client"},
        FailureKind.LOGIN_REJECTED,
        "refused",
        "invalid_client",
    ),
    "a wrong grant": (
        "400 Bad Request",
        {"error": "invalid_grant"},
        FailureKind.LOGIN_REJECTED,
        "refused",
        "invalid_grant",
    ),
    "a refusal without a code": (
        "403 Forbidden",
        {},
        FailureKind.LOGIN_REJECTED,
        "refused",
        None,
    ),
    "an error of theirs": (
        "503 Service Unavailable",
        {"error": "temporarily_unavailable"},
        FailureKind.STATUS_UNEXPECTED,
        "error",
        "temporarily_unavailable",
    ),
    "too many tokens": (
        "429 Too Many Requests",
        {},
        FailureKind.STATUS_UNEXPECTED,
        "limited",
        None,
    ),
    "an answer without a token": (
        "200 OK",
        {"token": "x"},
        FailureKind.CONTRACT_BROKEN,
        "error",
        None,
    ),
    "a token of two lines": (
        "200 OK",
        {"access_token": "a\r\nX: y"},
        FailureKind.CONTRACT_BROKEN,
        "error",
        None,
    ),
    "an error that is an object": (
        "400 Bad Request",
        {"error": {"code": "invalid_client"}},
        FailureKind.STATUS_UNEXPECTED,
        "error",
        None,
    ),
    "an answer that is no object": (
        "200 OK",
        ["t"],
        FailureKind.CONTRACT_BROKEN,
        "error",
        None,
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
async def test_an_answer_of_the_token_endpoint_is_told_apart(prober: Prober, case: str) -> None:
    status, document, kind, fault, code = REFUSALS[case]

    observation = await _refused(prober, always(document, status))

    assert observation.failure is not None
    assert observation.failure.kind is kind
    assert observation.failure.detail.startswith("token endpoint: ")
    assert observation.signal(SignalKind.TOKEN_FAULT) == fault
    assert observation.signal(SignalKind.PROVIDER_CODE) == code
    assert _SECRET not in repr(observation)


async def test_a_token_endpoint_that_resets_is_unreachable(prober: Prober) -> None:
    async with serving(resetting) as port:
        observation = await prober.probe(_check(port))

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.RESPONSE_RESET
    assert observation.signal(SignalKind.TOKEN_FAULT) == "unreachable"


async def test_a_token_endpoint_that_hangs_ends_with_the_deadline(prober: Prober) -> None:
    async with serving(silent) as port:
        observation = await prober.probe(_check(port, timeout=1))

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.RESPONSE_TIMEOUT
    assert observation.stage is Stage.PROTOCOL
    assert observation.signal(SignalKind.TOKEN_FAULT) == "unreachable"
    assert observation.duration_seconds < LONG_SECONDS


async def test_a_token_endpoint_that_accepts_nobody_is_unreachable(prober: Prober) -> None:
    with full_backlog() as port:
        observation = await prober.probe(_check(port, timeout=1))

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.CONNECT_TIMEOUT
    assert observation.signal(SignalKind.TOKEN_FAULT) == "unreachable"


async def test_an_interface_that_refuses_a_fresh_token_is_seen_as_that(prober: Prober) -> None:
    app = App(
        {
            "/token": always({"access_token": "t"}),
            "/api": lambda _: http(
                "401 Unauthorized", b"", 'WWW-Authenticate: Bearer error="invalid_token"'
            ),
        }
    )
    async with serving(app) as port:
        observation = await prober.probe(_check(port))

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.STATUS_UNEXPECTED
    assert observation.signal(SignalKind.TOKEN_ISSUED) is True
    assert observation.signal(SignalKind.TOKEN_FAULT) is None
    assert observation.signal(SignalKind.PROVIDER_CODE) == "invalid_token"


async def test_the_time_of_a_token_is_no_slowness_of_the_interface(prober: Prober) -> None:
    async def slowly(_: Asked) -> bytes:
        await asyncio.sleep(0.3)
        return says({"access_token": "t"})

    app = App({"/token": slowly, "/api": always({})})
    async with serving(app) as port:
        check = make_check("http", **_fields(port), degraded_after=0.2)
        observation = await prober.probe(check)

    assert observation.outcome is Outcome.OK
    assert observation.phases[Phase.LOGIN] >= 0.3
    assert observation.phases[Phase.WAIT] < 0.2


async def test_a_token_endpoint_without_a_name_server_is_unreachable() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        prober = Prober(SystemClock(), nameservers=[f"127.0.0.1:{mute.getsockname()[1]}"])
        check = _check(1, timeout=0.4, token_url="http://auth.bank.test/token")
        observation = await prober.probe(check)
        await prober.close()

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.NAME_TIMEOUT
    assert observation.signal(SignalKind.TOKEN_FAULT) == "unreachable"
