"""A monitor's store in a process of its own: writes batches until it is ended, tells what is safe.

Prints one JSON object per line: `{"committed": n}` after a commit, `{"trouble": word}` when the
state of the writer changes.
"""

import asyncio
import json
import sys
from pathlib import Path

import structlog

from monitor.clock import SystemClock
from monitor.model.batch import Batch
from monitor.storage.errors import StoreLocked
from monitor.storage.store import open_store
from tests.storage import samples

LOCKED = 2


def say(**words: object) -> None:
    print(json.dumps(words), flush=True)


def tell(batch: Batch) -> None:
    say(committed=batch.events[0].subject)


async def write(url: str, data_dir: Path) -> None:
    store = open_store(url, data_dir, SystemClock())
    store.writer.start(tell)
    trouble: object = ""
    number = 0
    while True:
        # An event and the state it belongs to: never one without the other.
        subject = f"inc_{number}"
        event = samples.event(subject=subject)
        store.writer.submit(
            Batch(at=samples.T0, incidents=(samples.incident(subject),), events=(event,))
        )
        say(submitted=subject)
        number += 1
        if store.writer.last_error != trouble:
            trouble = store.writer.last_error
            say(trouble=trouble)
        await asyncio.sleep(0.005)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        asyncio.run(write(sys.argv[1], Path(sys.argv[2])))
    except StoreLocked:
        sys.exit(LOCKED)
