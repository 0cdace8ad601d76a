import pytest

from monitor.model.observation import MissedReason
from monitor.schedule.clock_watch import ClockWatch, Jump
from tests.schedule.helpers import SteppedClock, checks, now, running
from tests.support.polling import eventually_async

HOUR = 3600.0


@pytest.mark.parametrize("step", [HOUR, -HOUR], ids=["forward", "back"])
async def test_probes_keep_their_rhythm_when_the_wall_clock_is_stepped(step: float) -> None:
    async with running(*checks(10, 0.25)) as stage:
        ticks: list[float] = []
        stage.schedule.every_second(lambda: ticks.append(now()))
        await eventually_async(lambda: stage.seen.runs().total() >= 40)
        before = stage.seen.runs().total()
        started = now()

        stage.clock.step(step)
        await eventually_async(lambda: stage.jumps and ticks and ticks[-1] > started + 1.5)
        elapsed = now() - started
        runs = stage.seen.runs().total() - before

    # Forty runs a second before and after: neither silence nor a storm.
    assert 0.5 < runs / (40 * elapsed) < 1.3
    assert [round(jump / HOUR, 1) for jump in stage.jumps] == [step / HOUR]
    missed = [each.check for each in stage.seen.missed(MissedReason.CLOCK_JUMP)]
    assert sorted(missed) == sorted(each.name for each in checks(10))
    assert stage.schedule.stats.clock_jumps == 1
    assert len(stage.seen.missed(MissedReason.LATE)) < 10


async def test_two_steps_are_two_jumps() -> None:
    async with running(*checks(3)) as stage:
        stage.clock.step(HOUR)
        await eventually_async(lambda: len(stage.jumps) == 1)
        stage.clock.step(-HOUR)
        await eventually_async(lambda: len(stage.jumps) == 2)
        await eventually_async(lambda: len(stage.seen.missed(MissedReason.CLOCK_JUMP)) == 6)


def test_a_clock_that_is_corrected_slowly_has_not_jumped() -> None:
    clock = SteppedClock()
    jumps: list[Jump] = []
    watch = ClockWatch(clock, on_jump=jumps.append, on_lag=lambda _: None)

    for _ in range(100):
        clock.step(1.5)
        watch.compare()
    assert jumps == []

    clock.step(-2.5)
    watch.compare()
    assert [(round(jump.seconds, 1), jump.slept) for jump in jumps] == [(-2.5, False)]


def test_a_machine_that_slept_is_told_from_a_clock_that_was_stepped() -> None:
    clock, naps, jumps = SteppedClock(), [0.0], list[Jump]()
    watch = ClockWatch(clock, on_jump=jumps.append, on_lag=lambda _: None, asleep=lambda: naps[-1])

    clock.step(300)
    naps.append(300.0)
    watch.compare()
    clock.step(300)
    watch.compare()
    clock.step(-60)
    naps.append(naps[-1] + 60)
    watch.compare()

    assert [(round(jump.seconds), jump.slept) for jump in jumps] == [
        (300, True),
        (300, False),
        (-60, False),
    ]


def fail(seconds: float) -> None:
    raise LookupError(f"the listener has no use for {seconds}")


async def test_a_listener_that_raises_does_not_end_the_watch() -> None:
    async with running(*checks(2)) as stage:
        stage.then = fail
        stage.clock.step(HOUR)
        await eventually_async(lambda: stage.schedule.stats.errors == 1)
        stage.clock.step(HOUR)
        await eventually_async(lambda: len(stage.seen.missed(MissedReason.CLOCK_JUMP)) == 4)

    assert stage.schedule.stats.clock_jumps == 2
