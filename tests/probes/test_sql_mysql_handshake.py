"""TLS in the protocol of MySQL, with servers that do anything but speak it well."""

import asyncio
import struct
from pathlib import Path

import pytest
import trustme

from monitor.model.observation import FailureKind, Stage
from monitor.probes.prober import Prober
from tests.probes.certificates import authority_file, server_side
from tests.probes.conftest import LONG_SECONDS, Probe, connections_to, kind_of, make_check
from tests.probes.servers import Handler, reset, serving
from tests.support.polling import eventually_async

# The protocol of 4.1, logins that are salted, plugins for them; TLS is bit 11.
_CAPABILITIES, _TLS = 0x00088200, 0x0800

# The last word of a login that was accepted.
_ACCEPTED = b"\x07\0\0\x03\0\0\0\x02\0\0\0"


def _greeting(capabilities: int) -> bytes:
    """Return what a server says first, with its header."""
    high, low = divmod(capabilities, 1 << 16)
    flags = struct.pack("<HBHHB10x", low, 45, 2, high, 21)
    parts = b"\x0a8.0.40\0", struct.pack("<I8sx", 1, b"s" * 8), flags, b"s" * 12
    body = b"".join([*parts, b"\0mysql_native_password\0"])
    return len(body).to_bytes(4, "little") + body


def _url(port: int, ca_file: object) -> str:
    tls = f"sslmode=verify-full&sslrootcert={ca_file}"
    return f"mysql://app:geheim@localhost:{port}/ledger?{tls}"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    return authority_file(authority, tmp_path)


def _after_the_request(greeting: bytes, then: Handler) -> Handler:
    """Greet, wait until TLS is asked for, and go on with *then*."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await reader.readexactly(36)
        await then(reader, writer)

    return handle


async def _silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def _leaving(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read(2000)


async def _resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(2000)
    reset(writer)


async def _plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(2000)
    writer.write(_ACCEPTED)


HANDSHAKES: dict[str, tuple[Handler, FailureKind]] = {
    "silent": (_silent, FailureKind.RESPONSE_TIMEOUT),
    "leaving": (_leaving, FailureKind.RESPONSE_CLOSED),
    "resetting": (_resetting, FailureKind.RESPONSE_CLOSED),
    "plain": (_plain, FailureKind.TLS_PLAINTEXT),
}


@pytest.mark.parametrize("case", HANDSHAKES)
async def test_a_handshake_that_fails_is_told_apart_and_leaves_nothing_open(
    prober: Prober, ca_file: str, case: str
) -> None:
    then, kind = HANDSHAKES[case]
    async with serving(_after_the_request(_greeting(_CAPABILITIES | _TLS), then)) as port:
        check = make_check("sql", timeout=1.5, url=_url(port, ca_file))
        observation = await prober.probe(check)
        await eventually_async(lambda: not connections_to(port))

    assert (kind_of(observation), observation.stage) == (kind, Stage.TLS), observation
    assert observation.duration_seconds < LONG_SECONDS


async def test_what_is_said_before_tls_is_no_word_of_the_server(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    context = server_side(authority)
    greeting = _greeting(_CAPABILITIES | _TLS)

    async def then(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await writer.start_tls(context)
        await reader.read()

    async with serving(_after_the_request(greeting + _ACCEPTED, then)) as port:
        observation = await probe("sql", timeout=1, url=_url(port, ca_file))

    assert kind_of(observation) is FailureKind.RESPONSE_TIMEOUT, observation
    assert observation.stage is Stage.PROTOCOL


async def test_where_no_tls_is_offered_nothing_is_said(probe: Probe, ca_file: str) -> None:
    said: list[bytes] = []

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_greeting(_CAPABILITIES))
        said.append(await reader.read())

    async with serving(plain) as port:
        observation = await probe("sql", url=_url(port, ca_file))
        await eventually_async(lambda: said)

    assert kind_of(observation) is FailureKind.TLS_PLAINTEXT, observation
    assert said == [b""]
