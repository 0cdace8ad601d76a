"""What publish relies on: nothing leaves twice under two ids, nothing is forgotten."""

from dataclasses import replace

import pytest

from monitor.model.batch import Batch
from monitor.model.delivery import DeliveryStatus
from monitor.model.events import EventType
from monitor.model.notice import NoticeKind, NoticeState
from monitor.storage.errors import StoreError
from monitor.storage.store import Store
from tests.storage import samples
from tests.storage.notices import make_notice
from tests.storage.samples import at


async def _submit(store: Store, *numbers: int) -> None:
    for number in numbers:
        store.writer.submit(samples.event_batch(number))
    await store.writer.flush()


async def test_events_come_in_the_order_of_their_commits(store: Store) -> None:
    await _submit(store, 3, 1)
    await _submit(store, 2)

    new = await store.new_events(10)

    assert [event for _, event in new] == [samples.event(n) for n in (3, 1, 2)]
    assert [seq for seq, _ in new] == sorted(seq for seq, _ in new)
    assert await store.new_events(1) == new[:1]


async def test_a_dispatched_event_is_not_new_and_its_deliveries_are_open(store: Store) -> None:
    await _submit(store, 1, 2)
    (seq, event), (later_seq, later) = await store.new_events(10)
    others = [samples.delivery(event, receiver=name, sequence=seq) for name in ("z", "a")]
    last = samples.delivery(later, receiver="a", sequence=later_seq)

    await store.dispatch(later_seq, [last])
    await store.dispatch(seq, others)

    assert await store.new_events(10) == []
    assert await store.open_deliveries() == [
        (others[1], event),
        (last, later),
        (others[0], event),
    ]
    assert await store.event(event.id) == event
    assert await store.event("evt_none") is None


async def test_an_event_dispatched_twice_is_delivered_once_per_receiver(store: Store) -> None:
    await _submit(store, 1)
    ((seq, event),) = await store.new_events(10)
    delivery = samples.delivery(event)
    sent = replace(delivery, status=DeliveryStatus.DELIVERED, delivered_at=at(9))

    await store.dispatch(seq, [delivery])
    await store.mark_delivery(sent)
    await store.dispatch(seq, [delivery, replace(delivery, id="dlv_other")])

    assert await store.deliveries() == [sent]
    assert await store.open_deliveries() == []


async def test_an_event_nobody_wants_is_dispatched_too(store: Store) -> None:
    await _submit(store, 1)
    ((seq, _),) = await store.new_events(10)

    await store.dispatch(seq, [])

    assert await store.new_events(10) == []


async def test_deliveries_are_found_by_status_and_subject(store: Store) -> None:
    for subject in ("inc_1", "inc_2"):
        event = samples.event(subject=subject)
        store.writer.submit(Batch(at=at(0), events=(event,)))
        await store.writer.flush()
        ((seq, _),) = await store.new_events(10)
        await store.dispatch(seq, [samples.delivery(event, sequence=seq, seconds=seq)])
    newest, oldest = await store.deliveries()
    dead = replace(oldest, status=DeliveryStatus.DEAD)
    await store.mark_delivery(dead)

    assert (newest.subject, oldest.subject) == ("inc_2", "inc_1")
    assert await store.deliveries(DeliveryStatus.DEAD) == [dead]
    assert await store.deliveries(subject="inc_2") == [newest]
    assert await store.deliveries(limit=1) == [newest]
    assert await store.delivery(dead.id) == dead
    assert await store.delivery("dlv_none") is None


async def test_a_notice_is_saved_once_per_revision_together_with_its_event(store: Store) -> None:
    notice = make_notice()
    published = samples.event(1, subject=notice.id, type_=EventType.NOTICE_PUBLISHED)
    again = samples.event(2, subject=notice.id, type_=EventType.NOTICE_PUBLISHED)

    assert await store.save_notice(notice, [published])
    assert not await store.save_notice(replace(notice, id="ntc_other"), [again])
    assert await store.save_notice(replace(notice, id="ntc_2", revision=2, at=at(5)), [])

    assert [each.id for each in await store.notices()] == ["ntc_2", "ntc_1"]
    assert await store.notice(notice.id) == notice
    assert await store.events_of(notice.id) == [published]


async def test_a_notice_that_changes_says_so(store: Store) -> None:
    pending = make_notice(state=NoticeState.PENDING)
    published = replace(pending, state=NoticeState.PUBLISHED, at=at(9))
    told = samples.event(1, subject=pending.id, type_=EventType.NOTICE_PUBLISHED)
    await store.save_notice(pending, [])
    assert await store.notices(state=NoticeState.PUBLISHED) == []

    await store.update_notice(published, [told])

    assert await store.notices(state=NoticeState.PUBLISHED) == [published]
    assert [event for _, event in await store.new_events(9)] == [told]


async def test_a_correction_and_what_it_corrects_are_written_together_or_not_at_all(
    store: Store,
) -> None:
    wrong = make_notice()
    right = replace(make_notice("ntc_right"), kind=NoticeKind.CORRECTION)
    marked = replace(wrong, corrected_by=right.id)
    told = samples.event(1, subject=right.id, type_=EventType.NOTICE_PUBLISHED)
    await store.save_notice(wrong, [])

    unwritable = replace(told, data={"what": object()})  # type: ignore[dict-item]
    with pytest.raises(StoreError):
        await store.save_notice(right, [unwritable], marked)
    assert await store.notices() == [wrong]

    assert await store.save_notice(right, [told], marked)
    assert not await store.save_notice(replace(right, id="ntc_late"), [], wrong)
    assert await store.notice(wrong.id) == marked
    assert await store.notice(right.id) == right


async def test_notices_come_in_pages_per_subject(store: Store) -> None:
    for number in range(4):
        kind = NoticeKind.UPDATE if number % 2 else NoticeKind.DISRUPTION
        notice = replace(make_notice(f"ntc_{number}", subject="inc_1", revision=number), kind=kind)
        await store.save_notice(notice, [])
    await store.save_notice(make_notice("ntc_w", subject="win_1"), [])

    first = await store.notices("inc_1", 3)
    second = await store.notices("inc_1", 3, first[-1].id)

    assert [each.id for each in first + second] == ["ntc_3", "ntc_2", "ntc_1", "ntc_0"]
    assert [each.id for each in await store.notices("win_1")] == ["ntc_w"]
