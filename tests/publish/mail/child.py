"""Sends the notice of `worlds` in a process of its own, so that a test can kill it."""

import asyncio
import sys

from monitor.clock import SystemClock
from monitor.storage.store import open_store
from tests.publish.mail.server import MailServer
from tests.publish.mail.worlds import EVENT, channel, delivery


async def main(data_dir: str, port: int) -> None:
    """Fan out from the store in *data_dir* to the mail server on *port*."""
    store = open_store("", data_dir, SystemClock())
    store.writer.start()
    await channel(MailServer(port=port), store, rate_per_second=100.0).send(EVENT, delivery())
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
