"""Controls: what happens on ordinary days and must open nothing."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from tests.scenarios.stand import BASE_RATE, Stand
from tests.support.programs import require, run

PEAK_FACTOR = 2.0
DOWN_SECONDS = 3.0
BETWEEN_SECONDS = 6.0
LOST_SECONDS = 1.5
BACKUP_MEGABYTES = 24
BACKUP_PAUSE_SECONDS = 0.4


@contextmanager
def nothing(stand: Stand, _: Random) -> Iterator[None]:
    """Inject nothing: what the control is about stands in the configuration."""
    yield


@contextmanager
def backup(stand: Stand, _: Random) -> Iterator[None]:
    """Dump the database and write the copy to disk, as every night."""
    stopped = threading.Event()
    target = stand.folder / "backup"

    def save() -> None:
        dump = [require("pg_dump"), "-h", stand.postgres.folder, "-U", "postgres", "credit"]
        while not stopped.wait(BACKUP_PAUSE_SECONDS):
            run([*dump, "-f", stand.folder / "dump.sql"])
            with target.open("wb", buffering=0) as file:
                for _ in range(BACKUP_MEGABYTES):
                    file.write(b"\0" * 1_000_000)
            with target.open("rb+") as file:
                file.flush()

    thread = threading.Thread(target=save)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


@contextmanager
def rolling_restart(stand: Stand, _: Random) -> Iterator[None]:
    """Deploy a new build, one instance after the other, each gone for three seconds."""
    for number in range(stand.shape.instances):
        name = f"credit-{number}"
        stand.crew.end(name)
        time.sleep(DOWN_SECONDS)
        stand.start_credit(number, build="1.1.0")
        time.sleep(BETWEEN_SECONDS)
    yield


@contextmanager
def probe_lost(stand: Stand, _: Random) -> Iterator[None]:
    """Reset what goes to channel A, for less than one round."""
    try:
        stand.order("relay", **{"channel-a": {"reset": True}})
        time.sleep(LOST_SECONDS)
        stand.order("relay")
        yield
    finally:
        stand.order("relay")


@contextmanager
def peak(stand: Stand, _: Random) -> Iterator[None]:
    """Have twice the users come on pay-day, which the application can take."""
    try:
        stand.order("load", rate=BASE_RATE * PEAK_FACTOR, over=5.0)
        yield
    finally:
        stand.order("load", rate=BASE_RATE)
