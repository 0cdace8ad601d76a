"""The present run is known before it is written, and is never longer than the loop was alive."""

import pytest

from monitor.model.history import MonitorRun
from monitor.storage.runs import RunLog
from tests.storage.samples import at


@pytest.mark.parametrize(
    ("now", "until"),
    [(4.0, 4.0), (8.0, 8.0), (8.1, 3.0), (2.0, 3.0)],
    ids=["between beats", "a late beat", "a loop that stands still", "a clock set back"],
)
def test_the_present_run_reaches_to_now_while_beats_are_due(now: float, until: float) -> None:
    log = RunLog()
    for second in range(4):
        log.beat(at(second))

    assert log.current(at(now)) == MonitorRun(started_at=at(0), alive_until=at(until))


def test_before_the_first_beat_there_is_no_run() -> None:
    log = RunLog()

    assert log.current(at(0)) is None
    assert log.take() == ()


def test_an_ended_run_is_handed_over_once_and_the_present_one_each_time() -> None:
    log = RunLog()
    for second in (0, 1, 100):
        log.beat(at(second))
    present = MonitorRun(started_at=at(100), alive_until=at(100))

    assert log.take() == (MonitorRun(started_at=at(0), alive_until=at(1)), present)
    assert log.take() == (present,)
