"""What one run of the monitor stored, the next one and every page find again."""

from dataclasses import replace
from datetime import UTC, timedelta
from itertools import pairwise
from typing import Any

import pytest

from monitor.model.batch import Batch
from monitor.model.incident import IncidentStatus
from monitor.model.maintenance import WindowStatus
from monitor.model.observation import Outcome, Phase
from monitor.model.status import Condition, Status
from monitor.storage.store import Store
from tests.storage import samples
from tests.storage.conftest import Place
from tests.storage.samples import T0, at


async def test_an_empty_store_gives_an_empty_state(store: Store) -> None:
    saved = store.load()

    assert (saved.checks, saved.statuses, saved.incidents, saved.alive_until) == ((), (), (), None)


async def test_the_next_run_starts_with_what_the_last_one_knew(place: Place) -> None:
    batch = samples.full_batch()
    first = place.open()
    first.writer.start()
    first.writer.submit(batch)
    place.clock.advance(5)
    await first.close()

    second = place.open()
    place.clock.advance(60)
    second.writer.start()
    await second.writer.flush()
    saved = second.load()
    await second.close()

    assert saved.checks == tuple(each.state for each in batch.transitions if each.state)
    assert saved.statuses == batch.transitions[1:]
    assert saved.incidents == batch.incidents
    assert saved.windows == batch.windows
    assert saved.changes == batch.changes
    assert saved.faults == batch.faults
    assert saved.alive_until == at(5)


async def test_a_batch_written_twice_is_there_once(store: Store) -> None:
    batch = samples.full_batch()

    store.writer.submit(batch)
    store.writer.submit(batch)
    await store.writer.flush()

    assert [each for _, each in await store.new_events(10)] == [*batch.events]
    assert await store.incidents() == [*batch.incidents]
    assert len(await store.status_history("service", "checkout", T0)) == 1


async def test_the_latest_of_a_value_replaces_the_former(store: Store) -> None:
    opened = samples.incident()
    resolved = replace(opened, status=IncidentStatus.RESOLVED, resolved_at=at(99), revision=4)
    for each in (opened, resolved):
        store.writer.submit(Batch(at=at(1), incidents=(each,)))
    store.writer.submit(Batch(at=at(2), transitions=(samples.transition(Status.OPERATIONAL, 9),)))
    ok = samples.check_transition(7, condition=Condition.OK)
    store.writer.submit(Batch(at=at(2), transitions=(samples.check_transition(), ok)))
    await store.writer.flush()

    assert await store.incident("inc_1") == resolved
    assert store.load().checks == (ok.state,)
    assert [each.displayed for each in store.load().statuses] == ["operational"]


async def test_a_start_loads_what_ended_lately_and_nothing_older(
    store: Store, place: Place
) -> None:
    day = 86_400
    old = samples.incident(
        "inc_old", status=IncidentStatus.RESOLVED, seconds=-40 * day, ended=-31 * day
    )
    # A report on it may still be due.
    lately = samples.incident(
        "inc_lately", status=IncidentStatus.RESOLVED, seconds=-8 * day, ended=-7 * day
    )
    withdrawn = samples.incident("inc_gone", status=IncidentStatus.WITHDRAWN, ended=50)
    long_open = samples.incident("inc_long", seconds=-9 * day)
    completed = samples.window("win_old", status=WindowStatus.COMPLETED)
    store.writer.submit(
        Batch(
            at=at(-100),
            incidents=(old, lately, withdrawn, long_open),
            windows=(
                completed,
                samples.window("win_next"),
                samples.window("win_off", status=WindowStatus.CANCELLED, seconds=9 * day),
            ),
            series=(samples.series(), samples.series("ser_over", ended=50)),
            changes=(samples.change("chg_old", seconds=-100), samples.change("chg_new")),
            faults=(samples.fault("flt_old", cleared=5), samples.fault("flt_open")),
        )
    )
    await store.writer.flush()
    place.clock.advance(day - 50)

    saved = store.load()

    assert [each.id for each in saved.incidents] == ["inc_long", "inc_lately", "inc_gone"]
    assert [each.id for each in saved.windows] == ["win_next", "win_off"]
    assert saved.series == (samples.series(),)
    assert [each.id for each in saved.changes] == ["chg_new"]
    assert [each.id for each in saved.faults] == ["flt_open"]


async def test_incidents_come_in_pages_newest_first(store: Store) -> None:
    # Two of them begin in the same microsecond; a page must lose neither.
    for number, seconds in enumerate([0, 10, 10, 20]):
        status = IncidentStatus.OPEN if number else IncidentStatus.RESOLVED
        each = samples.incident(f"inc_{number}", seconds=seconds, status=status, ended=30)
        store.writer.submit(Batch(at=at(30), incidents=(each,)))
    await store.writer.flush()

    first = await store.incidents(limit=2)
    second = await store.incidents(limit=9, before=first[-1].id)
    still_open = await store.incidents(open_only=True)

    assert [each.id for each in first + second] == ["inc_3", "inc_2", "inc_1", "inc_0"]
    assert [each.id for each in still_open] == ["inc_3", "inc_2", "inc_1"]
    assert await store.incident("inc_none") is None


async def test_windows_changes_and_events_are_listed(store: Store) -> None:
    done = samples.window("win_done", status=WindowStatus.CANCELLED, seconds=10)
    store.writer.submit(
        Batch(
            at=at(1),
            windows=(done, samples.window("win_next", seconds=20)),
            changes=(samples.change("chg_1"), samples.change("chg_2", seconds=5)),
            events=(samples.event(1), samples.event(2), samples.event(1, subject="win_next")),
        )
    )
    await store.writer.flush()

    assert [each.id for each in await store.windows()] == ["win_next", "win_done"]
    assert [each.id for each in await store.windows(include_ended=False)] == ["win_next"]
    assert [each.id for each in await store.windows(before="win_next")] == ["win_done"]
    assert await store.window("win_done") == done
    assert [each.id for each in await store.changes(limit=1)] == ["chg_2"]
    assert await store.events_of("inc_1") == [samples.event(1), samples.event(2)]


async def test_history_begins_with_the_status_in_force(store: Store) -> None:
    words = [Status.OPERATIONAL, Status.DEGRADED, Status.OPERATIONAL]
    transitions = [samples.transition(word, 10 * n) for n, word in enumerate(words)]
    store.writer.submit(Batch(at=at(30), transitions=(*transitions, samples.check_transition())))
    await store.writer.flush()

    assert await store.status_history("service", "checkout", at(15)) == transitions[1:]
    assert await store.status_history("service", "checkout", at(-5)) == transitions
    assert await store.status_history("component", "checkout", at(0)) == []


async def test_after_a_clock_was_set_back_what_was_written_later_holds(place: Place) -> None:
    """At 50 the clock reads 550 and is set right at 60, in the middle of an outage."""
    store = place.open()
    store.writer.start()
    outage = [(Status.OPERATIONAL, 0), (Status.MAJOR_OUTAGE, 550), (Status.OPERATIONAL, 70)]
    for word, seconds in outage:
        store.writer.submit(Batch(at=at(0), transitions=(samples.transition(word, seconds),)))
    for _ in range(200):
        place.clock.advance(5)
        await store.writer.flush()

    whole = await store.uptime("checkout", at(0), at(1000))
    since = await store.uptime("checkout", at(600), at(1000))
    await store.close()

    assert whole.seconds[Status.OPERATIONAL] == 1000
    assert since.seconds[Status.OPERATIONAL] == 400


async def test_time_without_the_monitor_is_unknown(place: Place) -> None:
    # Up for 100 s with an outage of 30 s, dead for 50 s, up again for 20 s.
    first = place.open()
    first.writer.start()
    for word, seconds in [(Status.OPERATIONAL, 10), (Status.MAJOR_OUTAGE, 40)]:
        first.writer.submit(Batch(at=at(0), transitions=(samples.transition(word, seconds),)))
    first.writer.submit(Batch(at=at(0), transitions=(samples.transition(Status.OPERATIONAL, 70),)))
    for _ in range(20):
        place.clock.advance(5)
        await first.writer.flush()
    await first.close()
    place.clock.advance(50)
    second = place.open()
    second.writer.start()
    for _ in range(4):
        place.clock.advance(5)
        await second.writer.flush()

    time = await second.uptime("checkout", at(0), at(170))
    days = await second.daily_history("checkout", 2, UTC)
    runs = await second.monitor_runs(at(0))
    spells = await second.status_spells("checkout", at(0))
    await second.close()

    assert time.seconds[Status.OPERATIONAL] == 30 + 30 + 20
    assert time.seconds[Status.MAJOR_OUTAGE] == 30
    assert time.seconds[Status.UNKNOWN] == 10 + 50
    assert time.available_ratio == pytest.approx(80 / 110)
    assert [(each.started_at, each.alive_until) for each in runs] == [
        (at(0), at(100)),
        (at(150), at(170)),
    ]
    assert [(each.start, each.end) for each in spells] == [
        (at(10), at(40)),
        (at(40), at(70)),
        (at(70), at(100)),
        (at(150), at(170)),
    ]
    assert days[-1].time.worst is Status.MAJOR_OUTAGE
    assert days[0].time.worst is Status.UNKNOWN


async def test_a_loop_that_stood_still_was_not_alive(store: Store, place: Place) -> None:
    await store.writer.flush()
    for step in (1, 3600, 1, -7200, 1):
        place.clock.advance(step)
        await store.writer.flush()

    runs = await store.monitor_runs(at(-10_000))

    lengths = [each.alive_until - each.started_at for each in runs]
    assert lengths == [timedelta(seconds=1)] * 3
    assert all(one.alive_until <= other.started_at for one, other in pairwise(runs))


async def test_observations_add_up_per_minute_and_hour(store: Store) -> None:
    failed: dict[str, Any] = {
        "outcome": Outcome.FAILED,
        "duration_seconds": 2.0,
        "phases": {Phase.CONNECT: 1.0},
    }
    observations = [
        samples.observation(),
        samples.observation(seconds=1.0, **failed),
        samples.observation(seconds=60.0),
    ]
    for each in observations:
        store.writer.submit(Batch(at=each.started_at, observation=each))
        await store.writer.flush()

    minutes = await store.rollups("ledger-sql", 60, at(-60), at(3600))
    (hour,) = await store.rollups("ledger-sql", 3600, at(-3600), at(3600))

    assert [each.start.second for each in minutes] == [0, 0]
    assert [each.counts[Outcome.OK] for each in minutes] == [1, 1]
    assert minutes[0].counts[Outcome.FAILED] == 1
    assert minutes[0].phases == {Phase.CONNECT: pytest.approx(1.05), Phase.QUERY: 0.2}
    assert (hour.duration_sum, hour.duration_max) == (2.5, 2.0)
    assert sum(hour.counts.values()) == 3
