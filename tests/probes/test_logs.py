"""Matching lines per minute of a real file, whoever rotates, truncates or floods it."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from monitor.model.observation import FailureKind, Observation, Outcome, Phase, Stage, Trigger
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from tests.probes.conftest import kind_of, make_check
from tests.probes.hand_clock import HandClock

BAD = '10.0.0.1 "POST /login" 401\n'
GOOD = '10.0.0.1 "POST /login" 200\n'
PATTERN = r"^(?P<source>\S+) .* 401$"


class Log:
    """A log file, and a prober that looks at it on a clock that the test moves."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = HandClock()
        self.prober = Prober(self.clock)

    def write(self, text: str | bytes) -> None:
        """Append, and let the file be as old as the clock says."""
        with self.path.open("ab") as file:
            file.write(text.encode() if isinstance(text, str) else text)
        moment = self.clock.now().timestamp()
        os.utime(self.path, (moment, moment))

    async def look(
        self, after: float = 10, trigger: Trigger = Trigger.SCHEDULE, **fields: Any
    ) -> Observation:
        self.clock.move(after)
        options = {"pattern": PATTERN, "signal": "auth_failure_rate", **fields}
        check = make_check("logs", file=str(self.path), **options)
        return await self.prober.probe(check, trigger=trigger)


@pytest_asyncio.fixture
async def log(tmp_path: Path) -> AsyncIterator[Log]:
    log = Log(tmp_path / "access.log")
    log.write(GOOD + BAD * 5)
    yield log
    await log.prober.close()


def rate(seen: Observation) -> object:
    return seen.signal(SignalKind.AUTH_FAILURE_RATE)


async def test_what_stood_there_before_the_first_run_does_not_count(log: Log) -> None:
    first = await log.look()
    second = await log.look()

    assert first.outcome is Outcome.OK
    assert rate(first) is None
    assert rate(second) == 0
    assert second.stage is Stage.SEMANTIC
    assert set(second.phases) == {Phase.QUERY}


async def test_on_demand_the_first_run_counts_what_stands_there(log: Log) -> None:
    seen = await log.look(trigger=Trigger.DEMAND)

    assert seen.signal(SignalKind.LOG_MATCHES) == 5
    assert rate(seen) is None


async def test_new_lines_that_match_are_counted_per_minute(log: Log) -> None:
    await log.look()
    log.write(BAD * 3 + GOOD * 4)

    seen = await log.look(after=10)

    assert rate(seen) == 18
    assert seen.signal(SignalKind.LOG_MATCHES) == 3


async def test_lines_to_ignore_do_not_count(log: Log) -> None:
    await log.look(ignore="probe")
    log.write(BAD + '10.9.9.9 "POST /login" probe 401\n')

    assert (await log.look(ignore="probe")).signal(SignalKind.LOG_MATCHES) == 1


async def test_the_rate_is_taken_over_the_time_that_the_check_says(log: Log) -> None:
    await log.look(over=30)
    log.write(BAD * 10)
    rates = [rate(await log.look(after=10, over=30)) for _ in range(5)]

    assert rates == [60, 30, 20, 0, 0]


@pytest.mark.parametrize(
    ("lines", "outcome"),
    [(10, Outcome.OK), (11, Outcome.DEGRADED), (51, Outcome.FAILED)],
    ids=["few", "many", "very many"],
)
async def test_limits_are_lines_per_minute(log: Log, lines: int, outcome: Outcome) -> None:
    limits: dict[str, Any] = {"degraded": {"above": 60}, "failed": {"above": 300}}
    await log.look(**limits)
    log.write(BAD * lines)

    seen = await log.look(after=10, **limits)

    assert seen.outcome is outcome
    assert kind_of(seen) is (None if seen.failure is None else FailureKind.THRESHOLD_EXCEEDED)


async def test_sources_are_told_apart(log: Log) -> None:
    await log.look()
    log.write("".join(f'10.0.0.{each % 7} "POST /login" 401\n' for each in range(20)))

    seen = await log.look()

    assert seen.signal(SignalKind.DISTINCT_SOURCES) == 7


async def test_the_last_sqlstate_of_the_lines_that_match_is_told(log: Log) -> None:
    fields: dict[str, Any] = {"pattern": r"^\[\d+\] (?P<sqlstate>53\d{3}|58\d{3}) ", "over": 10}
    await log.look(**fields)
    log.write("[7] 53300 FATAL\n[7] 53100 ERROR\n[7] 42P01 ERROR\n")

    seen = await log.look(after=10, **fields)
    later = await log.look(after=10, **fields)

    assert seen.signal(SignalKind.SQLSTATE) == "53100"
    assert later.signal(SignalKind.SQLSTATE) is None


async def test_without_such_a_group_no_sqlstate_is_told(log: Log) -> None:
    await log.look()
    log.write(BAD)

    assert (await log.look()).signal(SignalKind.SQLSTATE) is None


async def test_half_a_line_counts_once_it_is_whole(log: Log) -> None:
    await log.look()
    log.write(BAD[:12])
    half = await log.look()
    log.write(BAD[12:])
    whole = await log.look()

    assert half.signal(SignalKind.LOG_MATCHES) == 0
    assert whole.signal(SignalKind.LOG_MATCHES) == 1


async def test_a_rotated_log_is_read_to_its_end_and_the_new_one_from_its_start(log: Log) -> None:
    await log.look()
    log.write(BAD * 2)
    log.path.rename(log.path.with_name("access.log.1"))
    log.write(BAD * 3)

    assert (await log.look()).signal(SignalKind.LOG_MATCHES) == 5
    assert (await log.look()).signal(SignalKind.LOG_MATCHES) == 0


async def test_a_log_that_was_rotated_and_compressed_is_read_from_the_new_start(log: Log) -> None:
    await log.look()
    log.path.rename(log.path.with_name("old"))
    log.write(BAD * 3)
    log.path.with_name("old").unlink()

    assert (await log.look()).signal(SignalKind.LOG_MATCHES) == 3


async def test_a_truncated_log_is_read_from_its_start(log: Log) -> None:
    await log.look()
    os.truncate(log.path, 0)
    log.write(BAD * 2)

    assert (await log.look()).signal(SignalKind.LOG_MATCHES) == 2


async def test_a_log_that_was_truncated_and_grew_beyond_the_place_is_read_from_its_start(
    log: Log,
) -> None:
    await log.look()
    os.truncate(log.path, 0)
    log.write('10.8.8.8 "POST /login" 401\n' * 30)

    assert (await log.look()).signal(SignalKind.LOG_MATCHES) == 30


async def test_a_flood_is_read_in_part_and_estimated(log: Log) -> None:
    await log.look(max_read="4KiB")
    log.write(BAD * 10_000)

    seen = await log.look(after=60, max_read="4KiB")
    after = await log.look(after=60, max_read="4KiB")

    assert rate(seen) == pytest.approx(10_000, rel=0.01)
    (signal,) = (each for each in seen.signals if each.kind is SignalKind.AUTH_FAILURE_RATE)
    assert "estimated" in signal.detail
    assert after.signal(SignalKind.LOG_MATCHES) == 0


async def test_a_line_without_an_end_holds_nothing_up(log: Log) -> None:
    await log.look(max_read="128KiB")
    log.write(b"x" * 200_000)
    await log.look(max_read="128KiB")
    log.write("\n" + BAD)

    assert (await log.look(max_read="128KiB")).signal(SignalKind.LOG_MATCHES) == 1


async def test_lines_that_are_no_text_are_read_too(log: Log) -> None:
    await log.look(encoding="gb18030", pattern="登录失败")
    log.write("登录失败\n".encode("gb18030") + b"\xff\xfe\x00\n" + "登录失败\n".encode("gb18030"))

    seen = await log.look(encoding="gb18030", pattern="登录失败")

    assert seen.signal(SignalKind.LOG_MATCHES) == 2


async def test_a_log_that_nobody_writes_is_a_signal_and_where_asked_a_failure(log: Log) -> None:
    await log.look()
    quiet = await log.look(after=100)
    silent = await log.look(after=0, silent_after="1m")

    assert quiet.outcome is Outcome.OK
    assert quiet.signal(SignalKind.LOG_AGE_SECONDS) == 110
    assert kind_of(silent) is FailureKind.SILENT


async def test_a_log_that_cannot_be_read_is_a_fault_on_our_side(log: Log) -> None:
    log.path.unlink()
    gone = await log.look()
    log.path.mkdir()
    folder = await log.look()
    log.path.rmdir()
    os.mkfifo(log.path)
    pipe = await log.look()

    assert [kind_of(each) for each in (gone, folder, pipe)] == [FailureKind.LOCAL_RESOURCE] * 3
    assert gone.signal(SignalKind.ERRNO) == "ENOENT"


async def test_a_log_that_comes_back_is_read_from_its_start(log: Log) -> None:
    await log.look()
    log.path.unlink()
    await log.look()
    log.write(BAD * 4)

    assert (await log.look()).signal(SignalKind.LOG_MATCHES) == 4


async def test_a_changed_check_starts_anew(log: Log) -> None:
    await log.look()
    log.write(BAD)

    seen = await log.look(pattern="other")

    assert rate(seen) is None
