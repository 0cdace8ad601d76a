"""The tcp probe: connects to one address, reads the banner, and says what was wrong."""

import asyncio

import pytest

from monitor.model.observation import FailureKind, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from tests.probes.conftest import LONG_SECONDS, Probe
from tests.probes.servers import Handler, full_backlog, reset, serving, silent
from tests.support.programs import free_port

TIMEOUT = 0.4


def _greeting(text: bytes, *, then_wait: bool = True) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(text)
        if then_wait:
            await reader.read()

    return handle


async def test_a_connection_is_enough_where_no_banner_is_expected(probe: Probe) -> None:
    async with serving(silent) as port:
        observation = await probe("tcp", host="localhost", port=port)

    assert observation.outcome is Outcome.OK
    assert observation.stage is Stage.CONNECT
    assert set(observation.phases) == {Phase.CONNECT}


async def test_the_expected_banner_is_ok(probe: Probe) -> None:
    async with serving(_greeting(b"SSH-2.0-OpenSSH_9.2\r\n")) as port:
        observation = await probe("tcp", host="127.0.0.1", port=port, expect_banner=r"^SSH-2\.0-")

    assert observation.outcome is Outcome.OK
    assert observation.stage is Stage.SEMANTIC
    assert set(observation.phases) == {Phase.CONNECT, Phase.WAIT}


async def test_a_banner_that_comes_in_pieces_is_read_to_its_end(probe: Probe) -> None:
    async def pieces(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in (b"220 ", b"mail.", b"test ready"):
            writer.write(piece)
            await asyncio.sleep(0.02)
        await reader.read()

    async with serving(pieces) as port:
        observation = await probe("tcp", host="127.0.0.1", port=port, expect_banner="ready$")

    assert observation.outcome is Outcome.OK


FAULTS: dict[str, tuple[Handler, FailureKind, Stage]] = {
    "says something else": (
        _greeting(b"220 ftp ready\r\n"),
        FailureKind.BANNER_UNEXPECTED,
        Stage.SEMANTIC,
    ),
    "says half of it": (
        _greeting(b"SSH-1"),
        FailureKind.BANNER_UNEXPECTED,
        Stage.SEMANTIC,
    ),
    "says too much": (
        _greeting(b"x" * 100_000),
        FailureKind.BANNER_UNEXPECTED,
        Stage.SEMANTIC,
    ),
    "closes after something else": (
        _greeting(b"busy", then_wait=False),
        FailureKind.BANNER_UNEXPECTED,
        Stage.SEMANTIC,
    ),
    "closes without a word": (
        _greeting(b"", then_wait=False),
        FailureKind.RESPONSE_CLOSED,
        Stage.PROTOCOL,
    ),
    "says nothing": (silent, FailureKind.RESPONSE_TIMEOUT, Stage.PROTOCOL),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_wrong_banner_is_a_typed_failure_in_time(probe: Probe, fault: str) -> None:
    handler, kind, stage = FAULTS[fault]
    async with serving(handler) as port:
        observation = await probe(
            "tcp", timeout=TIMEOUT, host="127.0.0.1", port=port, expect_banner=r"^SSH-2\.0-"
        )

    assert observation.failure is not None
    assert (observation.failure.kind, observation.stage) == (kind, stage)
    assert observation.duration_seconds < LONG_SECONDS


async def test_a_reset_instead_of_a_banner_is_told_apart(probe: Probe) -> None:
    async def resetting(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reset(writer)

    async with serving(resetting) as port:
        observation = await probe("tcp", host="127.0.0.1", port=port, expect_banner="SSH")

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.RESPONSE_RESET
    assert observation.signal(SignalKind.ERRNO) == "ECONNRESET"


async def test_a_refused_connection_names_its_errno(probe: Probe) -> None:
    observation = await probe("tcp", host="127.0.0.1", port=free_port())

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.CONNECT_REFUSED
    assert observation.signal(SignalKind.ERRNO) == "ECONNREFUSED"


async def test_a_full_backlog_is_a_connect_timeout(probe: Probe) -> None:
    with full_backlog() as port:
        observation = await probe("tcp", timeout=TIMEOUT, host="127.0.0.1", port=port)

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.CONNECT_TIMEOUT
    assert observation.phases[Phase.CONNECT] > TIMEOUT * 0.8
    assert observation.duration_seconds < LONG_SECONDS


async def test_a_slow_banner_is_degraded(probe: Probe) -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.1)
        writer.write(b"SSH-2.0-x\r\n")

    async with serving(slow) as port:
        observation = await probe(
            "tcp", host="127.0.0.1", port=port, expect_banner="SSH", degraded_after="50ms"
        )

    assert observation.outcome is Outcome.DEGRADED
