"""Reloads take turns: what was read last is what holds in the end."""

from dataclasses import replace
from pathlib import Path
from threading import Event

from structlog.testing import capture_logs

from monitor.clock import SystemClock
from monitor.model.configuration import Configuration, StoreConfig
from monitor.runtime import Monitor
from monitor.storage.store import open_store
from tests.publish.notices.worlds import CONFIGURATION
from tests.support.polling import eventually_async


async def test_a_slow_reload_does_not_undo_a_later_one(tmp_path: Path) -> None:
    base = replace(CONFIGURATION, store=StoreConfig(data_dir=str(tmp_path)))
    older, newer = replace(base, static_dir="older"), replace(base, static_dir="newer")
    answers, one_is_done = iter((older, newer)), Event()

    def load() -> Configuration:
        answer = next(answers)
        if answer is older:
            one_is_done.wait(0.5)
        return answer

    clock = SystemClock()
    store = open_store("", tmp_path, clock)
    store.writer.start()
    monitor = Monitor(load, base, store, clock, "1")

    with capture_logs() as logs:
        monitor.reload_soon()
        monitor.reload_soon()
        await eventually_async(lambda: len(logs) == 1)
        one_is_done.set()
        await eventually_async(lambda: len(logs) == 2)

    assert monitor.configuration().static_dir == "newer"
    await monitor.stop()
