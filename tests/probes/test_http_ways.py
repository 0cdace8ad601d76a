"""A request may go through a proxy or to a given address; what fails on the way is told apart."""

from pathlib import Path
from typing import Any

import pytest
import trustme

from monitor.model.observation import FailureKind, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from tests.probes.certificates import authority_file, server_side
from tests.probes.conftest import LONG_SECONDS, Probe
from tests.probes.http_app import App, always
from tests.probes.proxy_server import PASSWORD, USER, Proxy
from tests.probes.servers import OK, answering, full_backlog, serving, silent


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    return authority_file(authority, tmp_path)


async def test_https_goes_through_a_tunnel_and_the_proxy_looks_the_name_up(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    proxy = Proxy(hosts=("pay.bank.test",))
    context = server_side(authority, "pay.bank.test")
    async with serving(answering(OK), context) as port, serving(proxy) as way:
        url = f"https://pay.bank.test:{port}/"
        observation = await probe("http", url=url, ca_file=ca_file, proxy=f"http://127.0.0.1:{way}")

    assert observation.outcome is Outcome.OK
    assert proxy.asked == [f"CONNECT pay.bank.test:{port} HTTP/1.1"]
    assert observation.signal(SignalKind.RESOLVE_RCODE) is None
    assert {Phase.CONNECT, Phase.TLS, Phase.WAIT} <= set(observation.phases)


async def test_plain_http_is_passed_on_by_the_proxy(probe: Probe) -> None:
    proxy, app = Proxy(hosts=("pay.bank.test",)), App({"/pay": always({})})
    async with serving(app) as port, serving(proxy) as way:
        observation = await probe(
            "http", url=f"http://pay.bank.test:{port}/pay", proxy=f"http://127.0.0.1:{way}"
        )

    assert observation.outcome is Outcome.OK
    assert app.paths() == ["/pay"]
    assert proxy.asked == [f"GET http://pay.bank.test:{port}/pay HTTP/1.1"]


async def test_the_login_goes_to_the_proxy_alone(probe: Probe) -> None:
    proxy, app = Proxy(wants_login=True), App({"/": always({})})
    login = {"username": USER, "password": PASSWORD}
    async with serving(app) as port, serving(proxy) as way:
        url, through = f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{way}"
        refused = await probe("http", url=url, proxy=through)
        accepted = await probe("http", url=url, proxy=through, proxy_auth=login)

    assert refused.signal(SignalKind.HTTP_STATUS) == 407
    assert accepted.outcome is Outcome.OK
    assert "authorization" not in app.asked[0].headers


async def test_the_environment_names_no_proxy_and_exempts_no_host(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "*")
    proxy = Proxy()
    async with serving(answering(OK)) as port, serving(proxy) as way:
        url = f"http://127.0.0.1:{port}/"
        straight = await probe("http", url=url)
        around = await probe("http", url=url, proxy=f"http://127.0.0.1:{way}")

    assert [straight.outcome, around.outcome] == [Outcome.OK, Outcome.OK]
    assert len(proxy.asked) == 1


# Long enough that a loop which other tests hold up still hears of the end before the deadline.
PATIENCE = 1.5

REFUSALS = [
    ("403 Forbidden", FailureKind.PROXY_FAILED),
    ("407 Proxy Authentication Required", FailureKind.PROXY_FAILED),
    ("502 Bad Gateway", FailureKind.CONNECT_UNREACHABLE),
    ("503 Service Unavailable", FailureKind.CONNECT_UNREACHABLE),
    ("504 Gateway Timeout", FailureKind.CONNECT_TIMEOUT),
]


@pytest.mark.parametrize(("status", "kind"), REFUSALS)
async def test_a_proxys_refusal_is_its_own_or_speaks_of_the_target(
    probe: Probe, status: str, kind: FailureKind
) -> None:
    async with serving(Proxy(refusal=status)) as way:
        observation = await probe(
            "http", url="https://pay.bank.test/", proxy=f"http://127.0.0.1:{way}"
        )

    assert observation.failure is not None
    assert (observation.failure.kind, observation.stage) == (kind, Stage.CONNECT)
    assert observation.signal(SignalKind.PROXY_STATUS) == int(status[:3])


async def _through(probe: Probe, proxy: str, **fields: Any) -> tuple[FailureKind | None, float]:
    observation = await probe("http", url="https://pay.bank.test/", proxy=proxy, **fields)
    kind = observation.failure.kind if observation.failure else None
    return kind, observation.duration_seconds


async def test_a_proxy_that_is_gone_is_a_fault_of_the_proxy(probe: Probe) -> None:
    kind, _ = await _through(probe, "http://127.0.0.1:1")

    assert kind is FailureKind.PROXY_FAILED


async def test_a_proxy_without_a_name_is_a_fault_of_the_proxy(probe: Probe) -> None:
    kind, _ = await _through(probe, "http://proxy.invalid:3128", timeout=2)

    assert kind is FailureKind.PROXY_FAILED


async def test_a_proxy_that_accepts_nobody_is_a_fault_of_the_proxy(probe: Probe) -> None:
    with full_backlog() as way:
        kind, seconds = await _through(probe, f"http://127.0.0.1:{way}", timeout=PATIENCE)

    assert kind is FailureKind.PROXY_FAILED
    assert seconds < LONG_SECONDS


async def test_a_tunnel_that_does_not_come_is_a_target_that_does_not_answer(probe: Probe) -> None:
    async with serving(Proxy(hangs=True)) as way:
        kind, seconds = await _through(probe, f"http://127.0.0.1:{way}", timeout=PATIENCE)

    assert kind is FailureKind.CONNECT_TIMEOUT
    assert seconds < LONG_SECONDS


async def test_a_target_that_hangs_behind_the_proxy_hangs_in_its_handshake(
    probe: Probe, ca_file: str
) -> None:
    async with serving(silent) as port, serving(Proxy()) as way:
        observation = await probe(
            "http",
            timeout=PATIENCE,
            url=f"https://localhost:{port}/",
            ca_file=ca_file,
            proxy=f"http://127.0.0.1:{way}",
        )

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.RESPONSE_TIMEOUT
    assert observation.stage is Stage.TLS


@pytest.mark.parametrize(
    ("name", "own", "kind"),
    [
        ("localhost", False, FailureKind.TLS_UNTRUSTED),
        ("other.test", True, FailureKind.TLS_WRONG_HOST),
    ],
)
async def test_a_certificate_behind_the_proxy_is_judged(
    probe: Probe, authority: trustme.CA, ca_file: str, name: str, own: bool, kind: FailureKind
) -> None:
    context = server_side(authority if own else trustme.CA(), name)
    async with serving(answering(OK), context) as port, serving(Proxy()) as way:
        observation = await probe(
            "http",
            url=f"https://localhost:{port}/",
            ca_file=ca_file,
            proxy=f"http://127.0.0.1:{way}",
        )

    assert observation.failure is not None
    assert observation.failure.kind is kind
    assert observation.stage is Stage.TLS
    assert (observation.signal(SignalKind.TLS_VERIFY_CODE) == 62) is own


async def test_a_given_address_stands_for_the_name_in_nothing_but_the_connection(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    app = App({"/": always({})})
    async with serving(app, server_side(authority, "pay.bank.test")) as port:
        url = f"https://pay.bank.test:{port}/"
        observation = await probe("http", url=url, ca_file=ca_file, resolve="127.0.0.1")

    assert observation.outcome is Outcome.OK
    assert app.asked[0].headers["host"] == f"pay.bank.test:{port}"
    assert Phase.RESOLVE not in observation.phases


async def test_a_given_address_is_for_its_host_alone(probe: Probe) -> None:
    async with serving(answering(OK)) as port:
        moved = always({}, "302 Found", f"Location: http://other.invalid:{port}/")
        async with serving(App({"/": moved})) as first:
            observation = await probe(
                "http", timeout=2, url=f"http://pay.bank.test:{first}/", resolve="127.0.0.1"
            )

    assert observation.failure is not None
    assert observation.stage is Stage.RESOLVE
