from dataclasses import replace

from monitor.model.observation import Trigger
from tests.schedule.helpers import check, checks, running
from tests.support.polling import eventually_async


async def test_an_unchanged_check_keeps_its_run_in_flight() -> None:
    async with running(check("kept"), check("left")) as stage:
        release = stage.prober.hold("kept")
        await eventually_async(lambda: "kept" in stage.prober.running)

        stage.schedule.replace([check("kept"), check("new")])
        release.set()

        await eventually_async(lambda: stage.seen.runs()["kept"] >= 1)
        await eventually_async(lambda: stage.seen.runs()["new"] >= 1)
        assert stage.prober.cancelled == []
        assert stage.schedule.stats.checks == 2


async def test_nothing_of_a_removed_check_reaches_the_sink() -> None:
    """Not even what a probe answers that did not let itself be cancelled."""
    async with running(*checks(4)) as stage:
        for name in ("check-0", "check-1"):
            stage.prober.hold(name)
        stage.prober.stubborn.add("check-1")
        await eventually_async(lambda: {"check-0", "check-1"} <= stage.prober.running)
        stage.schedule.request("check-2", Trigger.RETRY, 0.05)

        stage.schedule.replace([check("check-3")])
        seen = len(stage.seen.all)
        await eventually_async(lambda: not stage.prober.running - {"check-3"})
        before = stage.seen.runs()["check-3"]
        await eventually_async(lambda: stage.seen.runs()["check-3"] >= before + 5)

        assert {each.check for each in stage.seen.all[seen:]} == {"check-3"}
        assert sorted(stage.prober.cancelled) == ["check-0", "check-1"]
        assert stage.schedule.stats.in_flight <= 1


async def test_a_run_cancelled_before_it_began_is_not_counted_as_in_flight() -> None:
    async with running(check("credit", 3600.0)) as stage:
        stage.schedule.request("credit", Trigger.DEMAND)
        stage.schedule.replace([])

        await eventually_async(lambda: stage.schedule.stats.in_flight == 0)
        assert stage.prober.probed == []


async def test_a_changed_check_runs_with_its_new_definition_soon() -> None:
    async with running(check("credit", 3600.0)) as stage:
        await eventually_async(lambda: stage.seen.of("credit"))
        changed = replace(check("credit", 0.2), spec="new")

        stage.schedule.replace([changed])
        await eventually_async(lambda: len(stage.seen.of("credit")) >= 3)

        assert stage.prober.probed[1:] == [changed] * (len(stage.prober.probed) - 1)


async def test_a_disabled_check_is_removed_and_can_come_back() -> None:
    async with running(check("a")) as stage:
        await eventually_async(lambda: stage.seen.of("a"))
        stage.schedule.replace([check("a", enabled=False), check("b")])
        seen = len(stage.seen.of("a"))
        await eventually_async(lambda: len(stage.seen.of("b")) >= 4)
        assert len(stage.seen.of("a")) == seen

        stage.schedule.replace([check("a"), check("b")])
        await eventually_async(lambda: len(stage.seen.of("a")) > seen)


async def test_a_reload_from_within_the_sink_is_safe() -> None:
    async with running(*checks(30)) as stage:
        stage.seen.then = lambda _: stage.schedule.replace(checks(30)[:5])
        await eventually_async(lambda: stage.seen.runs()["check-4"] >= 4)

        assert stage.schedule.stats.errors == 0
        assert stage.schedule.stats.checks == 5
        assert max(stage.seen.runs()[f"check-{n}"] for n in range(5, 30)) <= 1
