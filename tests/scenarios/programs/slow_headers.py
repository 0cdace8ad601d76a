"""Clients that begin a request and never finish it; one that is cut off begins anew."""

import argparse
import asyncio
import signal
from contextlib import suppress

BEGINNING = b"GET /quota HTTP/1.1\r\nHost: pay.bench.test\r\nX-Slow: "


async def _client(host: str, port: int, every: float) -> None:
    """Keep one request unfinished for good."""
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(BEGINNING)
                while not writer.is_closing():
                    await writer.drain()
                    await asyncio.sleep(every)
                    writer.write(b"a")
            finally:
                writer.close()
        await asyncio.sleep(1)


async def run(host: str, port: int, sockets: int, every: float) -> None:
    """Run all clients until SIGTERM."""
    clients = [asyncio.create_task(_client(host, port, every)) for _ in range(sockets)]
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()
    for each in clients:
        each.cancel()


def main() -> None:
    """Run as the main program of a process."""
    parser = argparse.ArgumentParser(description="Requests that are never finished.")
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("sockets", type=int)
    parser.add_argument("every", type=float)
    given = parser.parse_args()
    asyncio.run(run(given.host, given.port, given.sockets, given.every))


if __name__ == "__main__":
    main()
