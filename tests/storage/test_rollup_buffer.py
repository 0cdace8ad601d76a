"""Figures wait in bounded memory while the store is away, and what is dropped is counted."""

from monitor.storage.rollups import RollupBuffer
from tests.storage import samples


def test_new_spans_are_dropped_before_memory_runs_out() -> None:
    buffer = RollupBuffer(max_cells=2)
    for check in ("one", "two", "one", "three"):
        buffer.add(samples.observation(check))

    rows = buffer.take()

    assert [(each["check_name"], each["resolution"], each["ok_count"]) for each in rows] == [
        ("one", 60, 2),
        ("one", 3600, 2),
    ]
    assert buffer.dropped == 2


def test_there_is_room_again_once_the_figures_are_taken() -> None:
    buffer = RollupBuffer(max_cells=2)
    buffer.add(samples.observation("one"))
    buffer.take()
    buffer.add(samples.observation("two"))

    assert [each["check_name"] for each in buffer.take()] == ["two", "two"]
    assert buffer.dropped == 0
