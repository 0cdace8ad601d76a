"""What is over and old is forgotten; what is still needed is kept however old."""

import asyncio
from dataclasses import replace
from datetime import datetime

from monitor.model.batch import Batch
from monitor.model.delivery import DeliveryStatus
from monitor.model.incident import IncidentStatus
from monitor.model.maintenance import WindowStatus
from monitor.model.status import Status
from monitor.storage.errors import StoreUnavailableError, Trouble
from monitor.storage.pruning import keep_pruned
from monitor.storage.retention import BITE
from monitor.storage.store import Store
from tests.storage import samples
from tests.storage.conftest import Place
from tests.storage.notices import make_notice
from tests.storage.samples import at
from tests.support.polling import eventually_async

DAY = 86_400
LATER = 500 * DAY


class AwayAtFirst:
    """A store that cannot be written when it is asked first."""

    def __init__(self) -> None:
        self.asked = 0

    async def prune(self, _now: datetime) -> int:
        self.asked += 1
        if self.asked == 1:
            raise StoreUnavailableError(Trouble.DISK_FULL)
        return 0


async def test_a_store_that_was_away_is_pruned_the_next_time() -> None:
    store = AwayAtFirst()

    pruning = asyncio.create_task(keep_pruned(store, samples.Clock(), every_seconds=0.001))
    await eventually_async(lambda: store.asked > 1)
    pruning.cancel()
    await asyncio.gather(pruning, return_exceptions=True)


async def test_old_records_go_and_open_ones_stay(store: Store) -> None:
    resolved = samples.incident("inc_over", status=IncidentStatus.RESOLVED, ended=10)
    store.writer.submit(
        Batch(
            at=at(0),
            incidents=(resolved, samples.incident("inc_open")),
            windows=(samples.window(status=WindowStatus.COMPLETED), samples.window("win_open")),
            changes=(samples.change(), samples.change("chg_new", seconds=LATER - DAY)),
            faults=(samples.fault(cleared=5), samples.fault("flt_open")),
        )
    )
    await store.save_notice(make_notice(), [])

    await store.prune(at(LATER))

    assert [each.id for each in await store.incidents()] == ["inc_open"]
    assert [each.id for each in await store.windows()] == ["win_open"]
    assert [each.id for each in await store.changes()] == ["chg_new"]
    assert [each.id for each in store.load().faults] == ["flt_open"]
    assert await store.notices() == []
    assert await store.prune(at(LATER)) == 0


async def test_the_status_in_force_outlives_its_age(store: Store) -> None:
    words = [Status.DEGRADED, Status.OPERATIONAL]
    old = [samples.transition(word, n) for n, word in enumerate(words)]
    new = samples.transition(Status.DEGRADED, LATER - DAY)
    other = samples.transition(subject="cash-loans")
    store.writer.submit(Batch(at=at(0), transitions=(*old, new, other)))

    await store.prune(at(LATER))

    assert await store.status_history("service", "checkout", at(0)) == [old[1], new]
    assert await store.status_history("service", "cash-loans", at(0)) == [other]


async def test_an_event_stays_until_it_was_told(store: Store) -> None:
    for number in (1, 2, 3):
        store.writer.submit(samples.event_batch(number))
    await store.writer.flush()
    (told_seq, told), (open_seq, waiting), (_, undispatched) = await store.new_events(3)
    sent = replace(samples.delivery(told), status=DeliveryStatus.DEAD)
    await store.dispatch(told_seq, [sent])
    await store.dispatch(open_seq, [samples.delivery(waiting)])

    await store.prune(at(LATER))

    assert await store.events_of("inc_1") == [waiting, undispatched]
    assert [each.event for each in await store.deliveries()] == [waiting.id]


async def test_the_status_in_force_is_kept_though_a_clock_was_set_back(store: Store) -> None:
    outage = samples.transition(Status.MAJOR_OUTAGE, 500)
    well = samples.transition(Status.OPERATIONAL, 20)
    store.writer.submit(Batch(at=at(0), transitions=(outage, well)))
    await store.writer.flush()

    await store.prune(at(LATER))

    assert await store.status_history("service", "checkout", at(LATER)) == [well]


async def test_minutes_go_before_their_hours(store: Store) -> None:
    for seconds in (0, 50 * 3600):
        each = samples.observation(seconds=seconds)
        store.writer.submit(Batch(at=each.started_at, observation=each))
    await store.writer.flush()

    await store.prune(at(50 * 3600))

    span = (at(-3600), at(LATER))
    assert len(await store.rollups("ledger-sql", 60, *span)) == 1
    assert len(await store.rollups("ledger-sql", 3600, *span)) == 2


async def test_more_than_one_bite_is_eaten(store: Store, place: Place) -> None:
    changes = tuple(samples.change(f"chg_{n}") for n in range(BITE + 5))
    store.writer.submit(Batch(at=at(0), changes=changes))

    assert await store.prune(at(LATER)) == BITE + 5 + 1, "and the run of the monitor"
    assert await store.changes(limit=1) == []
