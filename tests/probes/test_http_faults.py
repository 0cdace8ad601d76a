"""Whatever an HTTP server does wrong, the probe says what, at which stage, and in time."""

import asyncio

import pytest

from monitor.model.observation import FailureKind, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from tests.probes.conftest import LONG_SECONDS, Probe, descriptors, make_check
from tests.probes.servers import (
    OK,
    Handler,
    answering,
    circling,
    closing,
    dripping,
    flooding,
    full_backlog,
    http,
    resetting,
    serving,
    silent,
)
from tests.support.polling import eventually_async
from tests.support.programs import free_port

TIMEOUT = 0.5

_MANY_HEADERS = b"HTTP/1.1 200 OK\r\n" + b"X-Padding: " + b"a" * 1000 + b"\r\n"
_TRUNCATED = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly this"
_BAD_CHUNK = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot hex\r\n"
_ANNOUNCED = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\nstart"

FAULTS: dict[str, tuple[Handler, FailureKind, Stage]] = {
    "never answers": (silent, FailureKind.RESPONSE_TIMEOUT, Stage.PROTOCOL),
    "drips one byte a second": (dripping, FailureKind.RESPONSE_TIMEOUT, Stage.PROTOCOL),
    "closes without an answer": (closing, FailureKind.RESPONSE_CLOSED, Stage.PROTOCOL),
    "resets": (resetting, FailureKind.RESPONSE_RESET, Stage.PROTOCOL),
    "closes within the headers": (
        answering(b"HTTP/1.1 200 OK\r\nContent-Ty"),
        FailureKind.RESPONSE_CLOSED,
        Stage.PROTOCOL,
    ),
    "closes within the body": (
        answering(_TRUNCATED),
        FailureKind.RESPONSE_CLOSED,
        Stage.PROTOCOL,
    ),
    "sends ten gigabytes": (flooding, FailureKind.BODY_TOO_LARGE, Stage.PROTOCOL),
    "announces ten gigabytes": (
        answering(_ANNOUNCED),
        FailureKind.BODY_TOO_LARGE,
        Stage.PROTOCOL,
    ),
    "redirects for ever": (circling, FailureKind.TOO_MANY_REDIRECTS, Stage.PROTOCOL),
    "speaks another protocol": (
        answering(b"220 mail.example ready\r\n"),
        FailureKind.RESPONSE_MALFORMED,
        Stage.PROTOCOL,
    ),
    "sends a broken chunk": (
        answering(_BAD_CHUNK),
        FailureKind.RESPONSE_MALFORMED,
        Stage.PROTOCOL,
    ),
    "sends endless headers": (
        answering(_MANY_HEADERS * 1000),
        FailureKind.RESPONSE_MALFORMED,
        Stage.PROTOCOL,
    ),
    "sends one huge header": (
        answering(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000 + b"\r\n\r\n"),
        FailureKind.RESPONSE_MALFORMED,
        Stage.PROTOCOL,
    ),
    "answers 500": (
        answering(http("500 Internal Server Error")),
        FailureKind.STATUS_UNEXPECTED,
        Stage.PROTOCOL,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_a_typed_failure_within_the_timeout(probe: Probe, fault: str) -> None:
    handler, kind, stage = FAULTS[fault]
    async with serving(handler) as port:
        observation = await probe("http", timeout=TIMEOUT, url=f"http://127.0.0.1:{port}/")

    assert observation.outcome is Outcome.FAILED
    assert observation.failure is not None
    assert (observation.failure.kind, observation.stage) == (kind, stage)
    assert observation.failure.stage is stage
    assert observation.duration_seconds < LONG_SECONDS


async def test_a_good_answer_is_ok_with_every_phase(probe: Probe) -> None:
    async with serving(answering(OK)) as port:
        observation = await probe("http", url=f"http://127.0.0.1:{port}/")

    assert observation.outcome is Outcome.OK
    assert observation.failure is None
    assert observation.stage is Stage.SEMANTIC
    assert set(observation.phases) == {Phase.CONNECT, Phase.WAIT, Phase.TRANSFER}
    assert 0 < sum(observation.phases.values()) < observation.duration_seconds
    assert observation.signal(SignalKind.HTTP_STATUS) == 200


async def test_a_refused_connection_names_its_errno(probe: Probe) -> None:
    observation = await probe("http", timeout=TIMEOUT, url=f"http://127.0.0.1:{free_port()}/")

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.CONNECT_REFUSED
    assert observation.stage is Stage.CONNECT
    assert observation.signal(SignalKind.ERRNO) == "ECONNREFUSED"
    assert set(observation.phases) == {Phase.CONNECT}


async def test_a_full_backlog_is_a_connect_timeout(probe: Probe) -> None:
    with full_backlog() as port:
        observation = await probe("http", timeout=TIMEOUT, url=f"http://127.0.0.1:{port}/")

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.CONNECT_TIMEOUT
    assert observation.stage is Stage.CONNECT
    assert observation.duration_seconds < LONG_SECONDS


async def test_the_waiting_time_of_a_silent_server_is_in_the_wait_phase(probe: Probe) -> None:
    async with serving(silent) as port:
        observation = await probe("http", timeout=TIMEOUT, url=f"http://127.0.0.1:{port}/")

    assert observation.phases[Phase.WAIT] > TIMEOUT * 0.8
    assert observation.phases[Phase.CONNECT] < TIMEOUT * 0.5


async def test_slow_but_right_is_degraded(probe: Probe) -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.1)
        writer.write(OK)

    async with serving(slow) as port:
        url = f"http://127.0.0.1:{port}/"
        slow_one = await probe("http", url=url, degraded_after="50ms")
        fast_one = await probe("http", url=url, degraded_after=2)

    assert slow_one.outcome is Outcome.DEGRADED
    assert slow_one.failure is not None
    assert slow_one.failure.kind is FailureKind.THRESHOLD_EXCEEDED
    assert fast_one.outcome is Outcome.OK


async def test_no_descriptor_is_left_after_faults_of_every_kind(prober: Prober) -> None:
    async def round_of_faults() -> None:
        for handler, _, _ in FAULTS.values():
            async with serving(handler) as port:
                check = make_check("http", timeout=0.05, url=f"http://127.0.0.1:{port}/")
                await asyncio.gather(*(prober.probe(check) for _ in range(5)))

    await round_of_faults()
    before = len(descriptors())
    await round_of_faults()

    await eventually_async(lambda: len(descriptors()) <= before)


async def test_a_hundred_hanging_servers_delay_nobody(prober: Prober) -> None:
    async with serving(silent) as hanging, serving(answering(OK)) as healthy:
        stuck = make_check("http", timeout=2, url=f"http://127.0.0.1:{hanging}/")
        waiting = [asyncio.ensure_future(prober.probe(stuck)) for _ in range(100)]
        await asyncio.sleep(0)
        good = make_check("http", timeout=2, url=f"http://127.0.0.1:{healthy}/")
        seen = await asyncio.gather(*(prober.probe(good) for _ in range(20)))
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    assert {each.outcome for each in seen} == {Outcome.OK}
    assert all(task.cancelled() for task in waiting)
