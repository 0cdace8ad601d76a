"""Proves that a fan-out survives the death of the process: everybody is told, few twice."""

import asyncio
import signal
import sys
from collections import Counter
from pathlib import Path

from monitor.clock import SystemClock
from monitor.publish.deliveries.result import SendResult
from monitor.publish.mail.fanout import STEP
from monitor.storage.store import open_store
from tests.publish.mail.server import MailServer, serving
from tests.publish.mail.worlds import EVENT, NOTICE, addresses, channel, delivery, subscribed
from tests.support.polling import eventually_async

MANY = 4 * STEP


async def test_after_a_kill_the_rest_is_told_and_few_are_told_twice(tmp_path: Path) -> None:
    store = open_store("", tmp_path, SystemClock())
    store.writer.start()
    await store.save_notice(NOTICE, [EVENT])
    await subscribed(store, *addresses(MANY))
    await store.close()

    async with serving(MailServer()) as server:
        command = [sys.executable, "-m", "tests.publish.mail.child", str(tmp_path)]
        child = await asyncio.create_subprocess_exec(*command, str(server.port))
        await eventually_async(lambda: len(server.received) > STEP + 5)
        child.send_signal(signal.SIGKILL)
        await child.wait()
        before = len(server.received)

        again = open_store("", tmp_path, SystemClock())
        again.writer.start()
        result = await channel(server, again).send(EVENT, delivery())
        await again.close()

    counts = Counter(server.recipients)
    assert before < MANY
    assert result == SendResult.delivered()
    assert set(counts) == set(addresses(MANY))
    assert sum(counts.values()) - MANY <= STEP, "at most one step is sent again"
