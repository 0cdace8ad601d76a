"""Users: requests at the moments of a Poisson process, whatever becomes of the earlier ones."""

import argparse
import asyncio
import json
import random
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.scenarios.programs.orders import Inbox

PATIENCE_SECONDS = 5.0
MOST_OPEN = 1500
PAY_SHARE = 0.3


class Users:
    """Offers load at the ordered rate; a new rate is reached gradually where that is ordered."""

    def __init__(self, settings: dict[str, Any], inbox: Inbox) -> None:
        self._place = (settings["host"], settings["port"])
        self._random = random.Random(settings["seed"])
        self._rate = float(settings["rate"])
        self._inbox = inbox
        self._base = self._rate
        self._open: set[asyncio.Task[None]] = set()
        self._at = time.monotonic()

    async def offer(self) -> None:
        """Send requests until cancelled."""
        due = time.monotonic()
        while True:
            due += self._random.expovariate(self._follow())
            late = time.monotonic() - due
            if late < 0:
                await asyncio.sleep(-late)
            elif late > 1:
                # This process did not get to run; catching up would be a burst nobody ordered.
                due = time.monotonic()
            if len(self._open) < MOST_OPEN:
                task = asyncio.create_task(self._request())
                self._open.add(task)
                task.add_done_callback(self._open.discard)

    def _follow(self) -> float:
        """Return the rate now, on its way to the ordered one."""
        orders = self._inbox.orders()
        wanted = float(orders.get("rate", self._base))
        now = time.monotonic()
        over = float(orders.get("over", 0.0))
        if over > 0:
            step = abs(wanted - self._base) * (now - self._at) / over
            difference = wanted - self._rate
            self._rate += max(-step, min(step, difference)) if step else difference
        else:
            self._rate = wanted
        self._at = now
        return self._rate

    async def _request(self) -> None:
        pays = self._random.random() < PAY_SHARE
        account, amount = self._random.randint(1, 200), self._random.randint(1, 900)
        target = f"{'/pay' if pays else '/quota'}?account={account}&amount={amount}"
        text = f"{'POST' if pays else 'GET'} {target} HTTP/1.1\r\nHost: pay.bench.test\r\n"
        length = "Content-Length: 0\r\n" if pays else ""
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                reader, writer = await asyncio.open_connection(*self._place)
                try:
                    writer.write(f"{text}{length}Connection: close\r\n\r\n".encode())
                    await writer.drain()
                    while await reader.read(65536):
                        pass
                finally:
                    writer.close()


async def run(settings: dict[str, Any], inbox: Inbox) -> None:
    """Offer load until SIGTERM."""
    loop = asyncio.get_running_loop()
    offering = loop.create_task(Users(settings, inbox).offer())
    loop.add_signal_handler(signal.SIGTERM, offering.cancel)
    with suppress(asyncio.CancelledError):
        await offering


def main() -> None:
    """Run as the main program of a process."""
    parser = argparse.ArgumentParser(description="The users of the bench.")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    settings = json.loads((folder / "settings.json").read_text())
    asyncio.run(run(settings, Inbox(folder / "orders.json")))


if __name__ == "__main__":
    main()
