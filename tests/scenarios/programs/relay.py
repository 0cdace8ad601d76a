"""A TCP relay between us and others: it delays, stalls, drops, resets or throttles on order."""

import argparse
import asyncio
import json
import random
import signal
import socket
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

from tests.scenarios.programs.orders import Inbox

BLOCK = 16384
LINGER_NONE = b"\1\0\0\0\0\0\0\0"


class Way:
    """One way from an address to another; its orders are read anew for each block of bytes."""

    def __init__(self, name: str, way: dict[str, Any], inbox: Inbox) -> None:
        self._name = name
        self._to = (way["to_host"], way["to_port"])
        self._inbox = inbox

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until either side ends it."""
        if self._orders().get("reset"):
            _reset(writer)
            return
        try:
            there_reader, there_writer = await asyncio.open_connection(*self._to)
        except OSError:
            _reset(writer)
            return
        both = (
            asyncio.create_task(self._copy(reader, there_writer, delayed=False)),
            asyncio.create_task(self._copy(there_reader, writer, delayed=True)),
        )
        await asyncio.wait(both)
        for each in (writer, there_writer):
            each.close()

    async def _copy(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, delayed: bool
    ) -> None:
        """Copy one direction; only what comes back is delayed, and once for each answer."""
        carried = 0
        quiet_since = 0.0
        loop = asyncio.get_running_loop()
        with suppress(OSError, RuntimeError):
            while block := await reader.read(BLOCK):
                orders = self._orders()
                stall_after = orders.get("stall_after")
                if stall_after is not None and delayed and carried + len(block) > stall_after:
                    await asyncio.sleep(float(orders.get("stall_seconds", 60.0)))
                if delayed and loop.time() - quiet_since > 0.05:
                    await asyncio.sleep(_delay(orders))
                quiet_since = loop.time()
                if rate := orders.get("bytes_per_second"):
                    await asyncio.sleep(len(block) / float(rate))
                writer.write(block)
                await writer.drain()
                carried += len(block)
            writer.write_eof() if writer.can_write_eof() else writer.close()

    def _orders(self) -> dict[str, Any]:
        orders: dict[str, Any] = self._inbox.orders().get(self._name, {})
        return orders


def _delay(orders: dict[str, Any]) -> float:
    return float(orders.get("delay", 0.0)) + random.uniform(0.0, float(orders.get("jitter", 0.0)))


def _reset(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
    writer.transport.abort()


async def run(settings: dict[str, Any], inbox: Inbox, ready: Path) -> None:
    """Open all ways until SIGTERM."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with AsyncExitStack() as stack:
        for name, way in settings["ways"].items():
            carry = Way(name, way, inbox).carry
            server = await asyncio.start_server(carry, way["host"], way["port"])
            await stack.enter_async_context(server)
        ready.touch()
        await stopped.wait()
        for each in asyncio.all_tasks() - {asyncio.current_task()}:
            each.cancel()


def main() -> None:
    """Run as the main program of a process."""
    parser = argparse.ArgumentParser(description="A TCP relay of the bench.")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    settings = json.loads((folder / "settings.json").read_text())
    asyncio.run(run(settings, Inbox(folder / "orders.json"), folder / "ready"))


if __name__ == "__main__":
    main()
