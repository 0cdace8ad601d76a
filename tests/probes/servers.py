"""Raw servers on loopback, one behaviour each, for the time of a block."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Give the port of a server whose connections *handler* serves; all of them end with it."""
    running: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError, RuntimeError):
            await handler(reader, writer)
        writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(serve(reader, writer))
        running[task] = writer
        task.add_done_callback(running.pop)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        # A connection that is being accepted becomes a task within a few turns of the loop.
        for _ in range(5):
            await asyncio.sleep(0)
        for task, writer in tuple(running.items()):
            writer.transport.abort()
            task.cancel()
        while running:
            await asyncio.wait(tuple(running))
        for _ in range(5):
            await asyncio.sleep(0)


def answering(answer: bytes) -> Handler:
    """Read a request, send *answer*, close."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    return handle


def http(status: str, body: bytes = b"", *headers: str) -> bytes:
    """Build an answer of HTTP/1.1 that ends with its connection."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accept and never say anything."""
    await reader.read()


async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close without an answer."""
    await reader.readuntil(b"\r\n\r\n")


async def resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reset the connection instead of an answer."""
    await reader.readuntil(b"\r\n\r\n")
    reset(writer)


def reset(writer: asyncio.StreamWriter) -> None:
    """Make the kernel send RST when the connection is closed now."""
    linger = b"\1\0\0\0\0\0\0\0"
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send one byte per second."""
    await reader.readuntil(b"\r\n\r\n")
    for number in OK:
        writer.write(bytes([number]))
        await asyncio.sleep(1)


async def flooding(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send ten gigabytes, without saying how much will come."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    block = b"x" * 65536
    for _ in range(10_000_000_000 // len(block)):
        writer.write(block)
        await writer.drain()


async def circling(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Redirect to itself for ever."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(http("302 Found", b"", "Location: /again"))


@contextmanager
def full_backlog() -> Iterator[int]:
    """Give the port of a listener that accepts nobody and whose queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        try:
            yield listener.getsockname()[1]
        finally:
            for each in waiting:
                each.close()


@contextmanager
def shaking_hands(tls: ssl.SSLContext) -> Iterator[int]:
    """Give the port of a server that shakes hands, says its alert and waits for the other side.

    The server of the event loop closes without sending the alert.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_shake_hands, args=(listener, tls))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _shake_hands(listener: socket.socket, tls: ssl.SSLContext) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection.dup() as plain, suppress(OSError):
                wrapped = tls.wrap_socket(
                    connection, server_side=True, do_handshake_on_connect=False
                )
                with wrapped, suppress(ssl.SSLError):
                    wrapped.do_handshake()
                plain.shutdown(socket.SHUT_WR)
                while plain.recv(4096):
                    pass
