"""Logins with passwords that are wrong, from many addresses that are ours to bind."""

import argparse
import asyncio
import ipaddress
import itertools
import signal
from contextlib import suppress

from tests.scenarios.servers import places

BETWEEN_SECONDS = 0.02
LOGIN = (
    b"POST /login HTTP/1.1\r\nHost: pay.bench.test\r\n"
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)


async def _login(host: str, source: str) -> None:
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(2):
            place = (source, 0)
            reader, writer = await asyncio.open_connection(host, places.EDGE_HTTP, local_addr=place)
            try:
                writer.write(LOGIN)
                await writer.drain()
                await reader.read(1024)
            finally:
                writer.close()


async def run(host: str, sources: str) -> None:
    """Try one login after the other until SIGTERM, each from the next address."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    trying: set[asyncio.Task[None]] = set()
    for each in itertools.cycle(map(str, ipaddress.ip_network(sources).hosts())):
        task = asyncio.create_task(_login(host, each))
        trying.add(task)
        task.add_done_callback(trying.discard)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), BETWEEN_SECONDS)
        if stopped.is_set():
            break


def main() -> None:
    """Run as the main program of a process."""
    parser = argparse.ArgumentParser(description="Logins that fail.")
    parser.add_argument("host")
    parser.add_argument("sources")
    given = parser.parse_args()
    asyncio.run(run(given.host, given.sources))


if __name__ == "__main__":
    main()
