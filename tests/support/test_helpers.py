"""The helpers keep their promises: loopback only, deadlines, and no silent skip in CI."""

import asyncio
import socket
from collections.abc import Callable
from itertools import count

import pytest
import uvloop

from tests.support.network import LoopbackLoop, NetworkRefusedError
from tests.support.polling import eventually, eventually_async
from tests.support.programs import accepts, free_port, require

ELSEWHERE = ("192.0.2.1", 80)


def _connect() -> None:
    with socket.socket() as client:
        client.connect(ELSEWHERE)


def _send_datagram() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.sendto(b"x", ELSEWHERE)


def _resolve() -> None:
    socket.getaddrinfo("bank.test", 80)


@pytest.mark.parametrize("leave", [_connect, _send_datagram, _resolve])
def test_a_socket_never_leaves_the_machine(leave: Callable[[], None]) -> None:
    with pytest.raises(NetworkRefusedError, match="loopback"):
        leave()


async def test_the_loop_never_leaves_the_machine() -> None:
    loop = asyncio.get_running_loop()

    assert isinstance(loop, uvloop.Loop)
    assert isinstance(loop, LoopbackLoop)
    with pytest.raises(NetworkRefusedError, match="loopback"):
        await asyncio.open_connection(*ELSEWHERE)


async def test_loopback_and_unix_sockets_are_open() -> None:
    async def close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(close, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    assert accepts(port)
    _, writer = await asyncio.open_connection("localhost", port, family=socket.AF_INET)
    writer.close()
    server.close()
    left, right = socket.socketpair()
    left.close()
    right.close()


def test_eventually_returns_the_first_true_answer() -> None:
    numbers = count()

    assert eventually(lambda: next(numbers) >= 2)
    assert next(numbers) == 3


def test_eventually_tells_the_last_failure_at_the_deadline() -> None:
    def refuse() -> bool:
        raise ConnectionRefusedError("nobody listens")

    with pytest.raises(ConnectionRefusedError, match="nobody listens"):
        eventually(refuse, timeout=0.05)
    with pytest.raises(AssertionError, match="still 0 after"):
        eventually(lambda: 0, timeout=0.05)


async def test_eventually_async_waits_without_holding_the_loop() -> None:
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, done.set)

    assert await eventually_async(done.is_set)
    with pytest.raises(AssertionError, match="still False after"):
        await eventually_async(lambda: asyncio.sleep(0, result=False), timeout=0.05)


def test_a_free_port_is_free() -> None:
    assert not accepts(free_port())


@pytest.mark.parametrize(
    ("ci", "outcome"),
    [("true", pytest.fail.Exception), ("", pytest.skip.Exception)],
    ids=["fails in CI", "skips on a laptop"],
)
def test_a_missing_program_is_never_overlooked(
    ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)

    with pytest.raises(outcome, match="no-such-program is not installed"):
        require("no-such-program")
