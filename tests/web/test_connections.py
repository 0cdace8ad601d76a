"""Connections that would use up what probing needs are closed; the others are served."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from monitor.web.connections import FEWEST, LARGEST_HEAD, MOST, Bounds
from monitor.web.serving import Serving, bind
from tests.support.polling import eventually_async

LARGE = 30_000_000


async def hello(_: Any) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def repeat(request: Request) -> PlainTextResponse:
    return PlainTextResponse(await request.body())


async def much(_: Any) -> PlainTextResponse:
    return PlainTextResponse(b"a" * LARGE)


ROUTES = [Route("/", hello), Route("/repeat", repeat, methods=["POST"]), Route("/much", much)]


@asynccontextmanager
async def serving(bounds: Bounds | None = None) -> AsyncIterator[int]:
    listener = bind("127.0.0.1", 0)
    port: int = listener.getsockname()[1]
    server = Serving(Starlette(routes=ROUTES), listener, bounds)
    await server.start()
    try:
        yield port
    finally:
        await server.stop()


async def exchange(port: int, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        await writer.drain()
        return await asyncio.wait_for(reader.read(), 30)
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_two_requests_on_one_connection_are_answered() -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    async with serving() as port:
        answer = await exchange(port, request + last)

    assert answer.count(b"hello") == 2


@pytest.mark.parametrize(
    "endless",
    [b"X-A: " + b"a" * LARGEST_HEAD, b"X-A: a\r\n" * (LARGEST_HEAD // 8 + 1)],
    ids=["one header", "many headers"],
)
async def test_a_head_without_end_is_not_waited_for(endless: bytes) -> None:
    async with serving() as port:
        answer = await exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\n" + endless)
        good = await exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert b"hello" not in answer
    assert b"hello" in good


async def test_nonsense_is_a_bad_request() -> None:
    async with serving() as port:
        assert (await exchange(port, b"\x16\x03\x01\x02\x00\r\n\r\n")).startswith(b"HTTP/1.1 400")


async def test_a_connection_too_many_is_closed_and_the_others_go_on() -> None:
    async with serving(Bounds(5)) as port:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
        refused = await exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        reader, writer = held[0]
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        served = await asyncio.wait_for(reader.read(), 30)
        for _, each in held:
            each.close()

    assert refused == b""
    assert b"hello" in served


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost"], ids=["nothing", "half"])
async def test_a_head_that_does_not_come_is_not_waited_for(said: bytes) -> None:
    async with serving(Bounds(5, head_seconds=0.1)) as port:
        assert await exchange(port, said) == b""


async def test_a_body_larger_than_a_head_may_be_is_taken() -> None:
    sent = b"a" * (LARGEST_HEAD * 3)
    head = f"POST /repeat HTTP/1.1\r\nHost: x\r\nContent-Length: {len(sent)}\r\n".encode()

    async with serving() as port:
        answer = await exchange(port, head + b"Connection: close\r\n\r\n" + sent)

    assert answer.endswith(sent)


@pytest.mark.parametrize("path", ["/repeat", "/", "/nothing"])
async def test_a_body_that_does_not_come_is_not_waited_for(path: str) -> None:
    """Every byte says that more is coming; answered or not, the connection ends."""
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n".encode()
    async with serving(Bounds(5, body_seconds=0.3)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        ended = asyncio.ensure_future(reader.read())
        for _ in range(1000):
            writer.write(b"a")
            await asyncio.wait([ended], timeout=0.03)
            if ended.done():
                break
        writer.close()

    assert ended.done()


async def test_an_answer_that_nobody_reads_is_given_up() -> None:
    async with serving(Bounds(5, answer_seconds=0.1)) as port:
        with socket.create_connection(("127.0.0.1", port)) as visitor:
            visitor.sendall(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")

            assert await eventually_async(lambda: is_closed(visitor), timeout=30)


def is_closed(visitor: socket.socket) -> bool:
    """Whether the other side is gone: a byte sent to it is refused."""
    try:
        visitor.send(b"\r\n")
    except OSError:
        return True
    return False


async def test_an_answer_that_is_read_arrives_whole() -> None:
    async with serving() as port:
        asked = b"GET /much HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        answer = await exchange(port, asked)

    assert answer.count(b"a" * 1000) == LARGE // 1000


def test_the_number_follows_the_descriptors() -> None:
    found = [Bounds.of(each).connections for each in (256, 8000, 1_000_000)]

    assert found == [FEWEST, 1000, MOST]
