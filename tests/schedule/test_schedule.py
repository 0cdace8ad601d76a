import asyncio
import threading
from itertools import pairwise

import pytest

from monitor.model.observation import FailureKind, MissedReason, Outcome, Trigger
from tests.schedule.helpers import check, checks, now, running
from tests.support.polling import eventually_async


async def test_every_check_runs_once_per_interval() -> None:
    async with running(*checks(20, 0.1), check("slower", 0.2)) as stage:
        await eventually_async(lambda: stage.seen.runs()["slower"] >= 8)
        runs = stage.seen.runs()

    equal = [runs[f"check-{number}"] for number in range(20)]
    assert max(equal) - min(equal) <= 2
    assert 1.6 < min(equal) / runs["slower"] < 2.4
    assert all(each.trigger is Trigger.SCHEDULE for each in stage.seen.all)
    assert stage.schedule.stats.lateness.count == stage.schedule.stats.runs[Trigger.SCHEDULE]


async def test_checks_of_one_interval_are_spread_over_it() -> None:
    async with running(*checks(100, 1.0)) as stage:
        await eventually_async(lambda: len(stage.seen.runs()) == 100)
        times = sorted(stage.seen.times)

    assert times[-1] - times[0] > 0.5
    assert max(after - before for before, after in pairwise(times)) < 0.5


async def test_a_check_with_a_long_interval_is_first_seen_within_seconds() -> None:
    """Readiness waits for the first observation of every check."""
    started = now()
    async with running(*checks(200, 3600.0)) as stage:
        await eventually_async(lambda: len(stage.seen.all) == 200)
        spread = max(stage.seen.times) - min(stage.seen.times)

    assert max(stage.seen.times) - started < 6
    assert spread > 2.5
    assert set(stage.seen.runs().values()) == {1}


async def test_a_run_that_is_still_going_on_makes_the_next_one_missed() -> None:
    async with running(check("slow"), check("other")) as stage:
        release = stage.prober.hold("slow")
        await eventually_async(lambda: len(stage.seen.missed(MissedReason.OVERLAP)) >= 3)
        missed = stage.seen.missed(MissedReason.OVERLAP)

        assert {each.check for each in missed} == {"slow"}
        assert missed[0].outcome is Outcome.MISSED
        assert missed[0].component == "c-slow"
        assert stage.schedule.stats.missed[MissedReason.OVERLAP] >= 3

        release.set()
        await eventually_async(lambda: stage.seen.runs()["slow"] >= 2)
        assert stage.seen.runs()["other"] > stage.seen.runs()["slow"]


async def test_runs_beyond_the_cap_are_missed_for_want_of_capacity() -> None:
    async with running(*checks(5), max_in_flight=3) as stage:
        for each in checks(5):
            stage.prober.hold(each.name)
        missed = await eventually_async(lambda: stage.seen.missed(MissedReason.CAPACITY))
        await eventually_async(lambda: len(stage.prober.running) == 3)

        assert stage.schedule.stats.in_flight == 3
        assert missed[0].check not in stage.prober.running
        for name in tuple(stage.prober.running):
            stage.prober.held[name].set()
        await eventually_async(lambda: missed[0].check in stage.prober.running)


async def test_a_run_later_than_its_own_interval_is_missed_and_not_made_up_for() -> None:
    async with running(*checks(10, 0.1)) as stage:
        await eventually_async(lambda: len(stage.seen.runs()) == 10)
        before = stage.seen.runs().total()
        threading.Event().wait(1.5)
        await eventually_async(
            lambda: len(stage.seen.missed(MissedReason.LATE)) >= 10 and stage.stalls
        )
        caught_up = stage.seen.runs().total() - before

    assert {each.check for each in stage.seen.missed(MissedReason.LATE)} == set(stage.seen.runs())
    # Ten checks at ten runs a second would have run 150 times in that while.
    assert caught_up < 75
    assert 1.0 < stage.stalls[0] < 3.0
    assert stage.schedule.stats.loop_lag_seconds == stage.stalls[0]
    assert stage.jumps == []


async def test_a_probe_that_raises_is_an_observation_and_does_not_end_the_watch() -> None:
    async with running(check("broken"), check("fine")) as stage:
        stage.prober.raising.add("broken")
        await eventually_async(lambda: stage.schedule.stats.errors >= 2)
        await eventually_async(lambda: stage.seen.runs()["fine"] >= 2)

    # A busy machine misses a run now and then, which is an observation, too.
    seen = next(each for each in stage.seen.of("broken") if each.failure)
    assert seen.outcome is Outcome.FAILED
    assert seen.failure
    assert (seen.failure.kind, seen.failure.detail) == (FailureKind.PROBE_BUG, "LookupError")


async def test_a_sink_that_raises_does_not_end_the_schedule() -> None:
    def refuse(observation: object) -> None:
        raise OSError("the store is away")

    async with running(check("a")) as stage:
        stage.seen.then = refuse
        await eventually_async(lambda: len(stage.seen.all) >= 3)

    assert stage.schedule.stats.errors == len(stage.seen.all)
    assert stage.schedule.stats.in_flight == 0


async def test_each_second_is_told_although_one_telling_failed() -> None:
    told: list[float] = []

    def tell() -> None:
        told.append(now())
        if len(told) == 1:
            raise ValueError("the first one fails")

    async with running() as stage:
        stage.schedule.every_second(tell)
        await eventually_async(lambda: len(told) >= 3)

    assert 1.5 < told[2] - told[0] < 3.0
    assert stage.schedule.stats.errors == 1


async def test_stop_insists_where_a_cancellation_is_lost() -> None:
    async with running(*checks(3)) as stage:
        stage.prober.losing["check-1"] = 2
        await eventually_async(lambda: "check-1" in stage.prober.running)

        await stage.schedule.stop()

        assert not stage.prober.running
        assert stage.schedule.stats.in_flight == 0


async def test_stop_cancels_what_runs_and_nothing_comes_afterwards() -> None:
    async with running(*checks(5)) as stage:
        stage.prober.hold("check-1")
        stage.prober.hold("check-2")
        stage.prober.stubborn.add("check-2")
        await eventually_async(lambda: len(stage.prober.running) == 2)
        stage.schedule.request("check-3", Trigger.RETRY, 0.05)

        await stage.schedule.stop()
        seen = len(stage.seen.all)

        assert sorted(stage.prober.cancelled) == ["check-1", "check-2"]
        assert not stage.prober.running
        assert stage.schedule.stats.in_flight == 0
        await asyncio.sleep(0.3)
        assert len(stage.seen.all) == seen
        await stage.schedule.stop()


async def test_a_schedule_that_never_started_can_be_stopped() -> None:
    async with running() as stage:
        pass

    assert stage.seen.all == []


@pytest.mark.parametrize("count", [1, 300])
async def test_a_planned_run_says_when_it_should_have_begun(count: int) -> None:
    async with running(*checks(count, 0.2)) as stage:
        await eventually_async(lambda: len(stage.seen.all) >= 2 * count)

    early = [each for each in stage.seen.all if each.scheduled_at > each.started_at]
    assert early == []
