"""Redirects are hops of our own: bounded, resolved, timed, and careful with credentials."""

import asyncio

import pytest

from monitor.model.observation import FailureKind, Outcome, Phase
from monitor.model.signals import SignalKind
from monitor.probes.http_request import RedirectFault, Request, Trust, redirected, target_of
from tests.probes.conftest import Probe
from tests.probes.servers import OK, Handler, answering, http, serving


def _once(location: str, seen: list[bytes], status: str = "302 Found") -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        seen.append(head)
        first = head.split(b" ")[1] == b"/"
        writer.write(http(status, b"", f"Location: {location}") if first else OK)

    return handle


async def test_a_redirect_is_followed_and_its_time_is_added(probe: Probe) -> None:
    seen: list[bytes] = []
    async with serving(_once("/there", seen)) as port:
        observation = await probe("http", url=f"http://127.0.0.1:{port}/")

    assert observation.outcome is Outcome.OK
    assert [head.split(b" ")[1] for head in seen] == [b"/", b"/there"]
    assert observation.phases[Phase.CONNECT] > 0


async def test_a_redirect_is_the_answer_where_none_is_followed(probe: Probe) -> None:
    async with serving(_once("/there", [])) as port:
        url = f"http://127.0.0.1:{port}/"
        observation = await probe("http", url=url, follow_redirects=False, expect_status=302)

    assert observation.outcome is Outcome.OK
    assert observation.signal(SignalKind.HTTP_STATUS) == 302


async def test_the_last_hop_that_is_allowed_is_taken(probe: Probe) -> None:
    async with serving(_once("/there", [])) as port:
        url = f"http://127.0.0.1:{port}/"
        one = await probe("http", url=url, max_redirects=1)
        none = await probe("http", url=url, max_redirects=0)

    assert one.outcome is Outcome.OK
    assert none.failure is not None
    assert none.failure.kind is FailureKind.TOO_MANY_REDIRECTS


async def test_credentials_stay_with_their_origin(probe: Probe) -> None:
    elsewhere: list[bytes] = []
    origin: list[bytes] = []
    async with serving(_once("/never", elsewhere)) as other:
        away = f"http://127.0.0.1:{other}/landing"
        async with serving(_once(away, origin)) as port:
            observation = await probe(
                "http",
                url=f"http://127.0.0.1:{port}/",
                bearer_token="secret-token",
                headers={"X-Api-Key": "secret-key"},
            )

    assert observation.outcome is Outcome.OK
    assert b"secret-token" in origin[0]
    assert b"secret" not in elsewhere[0]


async def test_a_redirect_to_a_refusing_host_fails_there(probe: Probe) -> None:
    async with serving(_once("http://127.0.0.1:1/", [])) as port:
        observation = await probe("http", url=f"http://127.0.0.1:{port}/")

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.CONNECT_REFUSED


async def test_a_redirect_out_of_http_is_forbidden(probe: Probe) -> None:
    answer = http("302 Found", b"", "Location: file:///etc/passwd")
    async with serving(answering(answer)) as port:
        observation = await probe("http", url=f"http://127.0.0.1:{port}/")

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.REDIRECT_FORBIDDEN


def _request(url: str, method: str = "GET", body: bytes | None = None) -> Request:
    return Request(
        url=url,
        target=target_of(url),
        method=method,
        headers=("Authorization: Bearer secret",),
        body=body,
        trust=Trust(),
        max_body=1,
    )


def test_a_downgrade_needs_permission() -> None:
    secure = _request("https://pay.test/")

    refused = redirected(secure, 302, "http://pay.test/", allow_downgrade=False)
    allowed = redirected(secure, 302, "http://pay.test/", allow_downgrade=True)

    assert refused is RedirectFault.DOWNGRADE
    assert isinstance(allowed, Request)
    assert allowed.headers == ()


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/收银台?q=好", b"/%E6%94%B6%E9%93%B6%E5%8F%B0?q=%E5%A5%BD"),
        ("there", b"/there"),
        ("?page=2", b"/?page=2"),
    ],
)
async def test_a_location_may_be_relative_or_in_another_script(
    probe: Probe, location: str, path: bytes
) -> None:
    seen: list[bytes] = []
    async with serving(_once(location, seen)) as port:
        observation = await probe("http", url=f"http://127.0.0.1:{port}/")

    assert observation.outcome is Outcome.OK
    assert seen[1].split(b" ")[1] == path


@pytest.mark.parametrize("location", ["http://[::1/", "http://a:b:c/", "http://a b/"])
async def test_a_location_that_is_no_url_is_forbidden(probe: Probe, location: str) -> None:
    async with serving(_once(location, [])) as port:
        observation = await probe("http", url=f"http://127.0.0.1:{port}/")

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.REDIRECT_FORBIDDEN


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [(301, "GET", None), (302, "GET", None), (303, "GET", None), (307, "POST", b"x")],
)
def test_the_method_follows_the_status(status: int, method: str, body: bytes | None) -> None:
    following = redirected(
        _request("http://pay.test/a", "POST", b"x"), status, "/b", allow_downgrade=False
    )

    assert isinstance(following, Request)
    assert (following.url, following.method, following.body) == ("http://pay.test/b", method, body)


def test_a_body_never_leaves_its_origin() -> None:
    posted = _request("http://pay.test/", "POST", b"card")

    assert redirected(posted, 308, "http://other.test/", allow_downgrade=False) is (
        RedirectFault.BODY
    )
