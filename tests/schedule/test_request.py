import pytest

from monitor.model.observation import MissedReason, Observation, Outcome, Trigger
from tests.schedule.helpers import Stage, check, now, running
from tests.support.polling import eventually_async

RARELY = 3600.0
"""The names used here have slots that come early, so that no test waits for its first run."""


async def first_seen(stage: Stage, *names: str) -> None:
    """Wait until the runs that follow a start are over."""
    await eventually_async(lambda: set(names) <= set(stage.seen.runs()))


async def test_a_request_runs_the_check_at_once() -> None:
    async with running(check("credit", RARELY)) as stage:
        await first_seen(stage, "credit")

        stage.schedule.request("credit", Trigger.DEMAND)

        await eventually_async(lambda: len(stage.seen.all) == 2)
        assert stage.seen.all[1].trigger is Trigger.DEMAND


async def test_a_request_while_the_check_runs_does_nothing() -> None:
    async with running(check("credit", RARELY)) as stage:
        release = stage.prober.hold("credit")
        await eventually_async(lambda: stage.prober.running)

        for _ in range(5):
            stage.schedule.request("credit", Trigger.DEPENDENCY)
        stage.schedule.request("credit", Trigger.RETRY, 0.01)
        stage.schedule.request("unheard-of", Trigger.DEPENDENCY)
        handle = stage.schedule._watched["credit"]
        await eventually_async(lambda: handle.asked is None)
        release.set()

        await eventually_async(lambda: stage.seen.all)
        assert [each.trigger for each in stage.seen.all] == [Trigger.SCHEDULE]
        assert len(stage.prober.probed) == 1


async def test_a_retry_comes_once_and_after_its_delay() -> None:
    async with running(check("credit", RARELY)) as stage:
        await first_seen(stage, "credit")
        asked = now()

        stage.schedule.request("credit", Trigger.RETRY, 30.0)
        stage.schedule.request("credit", Trigger.RETRY, 0.3)
        stage.schedule.request("credit", Trigger.RETRY, 5.0)

        await eventually_async(lambda: len(stage.seen.all) == 2)
        assert 0.29 < stage.seen.times[1] - asked < 3.0
        assert stage.seen.all[1].trigger is Trigger.RETRY
        assert stage.schedule._watched["credit"].asked is None


async def test_a_retry_without_delay_may_be_asked_for_by_the_sink() -> None:
    """The engine asks while it is being told of the failure: that run is over by then."""
    async with running(check("credit", RARELY)) as stage:

        def again(observation: Observation) -> None:
            if observation.trigger is Trigger.SCHEDULE:
                stage.schedule.request(observation.check, Trigger.RETRY)

        stage.seen.then = again
        await eventually_async(lambda: len(stage.seen.all) == 2)

        assert [each.trigger for each in stage.seen.all] == [Trigger.SCHEDULE, Trigger.RETRY]


@pytest.mark.parametrize(("trigger", "missed"), [("retry", 1), ("dependency", 0)])
async def test_a_retry_counts_as_a_run_and_a_request_stands_for_the_planned_one(
    trigger: str, missed: int
) -> None:
    async with running(check("credit", 0.5)) as stage:
        await first_seen(stage, "credit")
        release = stage.prober.hold("credit")
        stage.schedule.request("credit", Trigger(trigger))
        group = next(iter(stage.schedule._timetable._groups.values()))
        due = group.due
        await eventually_async(lambda: group.due > due)
        release.set()
        await eventually_async(lambda: stage.seen.runs()["credit"] == 2)

        assert len(stage.seen.missed(MissedReason.OVERLAP)) == missed
        assert stage.seen.all[-1].trigger is Trigger(trigger)


async def test_a_request_beyond_the_cap_is_missed_for_want_of_capacity() -> None:
    async with running(check("credit", RARELY), check("sms", RARELY), max_in_flight=1) as stage:
        await first_seen(stage, "credit", "sms")
        stage.prober.hold("credit")
        stage.schedule.request("credit", Trigger.DEMAND)

        stage.schedule.request("sms", Trigger.DEPENDENCY)

        assert stage.seen.all[-1].outcome is Outcome.MISSED
        assert stage.seen.all[-1].missed is MissedReason.CAPACITY
        assert stage.seen.all[-1].trigger is Trigger.DEPENDENCY
