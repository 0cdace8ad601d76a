"""The collector leaves alone what is there for good, and finds what a reload has left behind."""

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from monitor.collecting import YOUNG, settle, settle_anew, settle_at_start


class Ring:
    """Refers to itself, so that only the collector can free it."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_a_full_collection_looks_only_at_what_came_since() -> None:
    before = len(gc.get_objects())

    settle()

    assert gc.get_freeze_count() > 0.9 * before
    assert len(gc.get_objects()) < 0.1 * before
    assert gc.get_threshold()[0] == YOUNG


def test_garbage_that_comes_later_is_still_found() -> None:
    settle()
    ring = weakref.ref(Ring())

    gc.collect()

    assert ring() is None


def test_what_was_there_for_good_is_found_once_it_is_not_needed() -> None:
    held = [Ring()]
    ring = weakref.ref(held[0])
    settle()
    held.clear()

    settle()
    left = ring() is not None
    settle_anew()

    assert left
    assert ring() is None


async def test_at_the_start_it_is_settled_at_once() -> None:
    settling = asyncio.create_task(settle_at_start())
    await asyncio.sleep(0)
    count = gc.get_freeze_count()
    settling.cancel()

    assert count > 0
