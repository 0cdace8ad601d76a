"""Who subscribed, who only asked, and how far a fan-out got: the same on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from monitor.model.mail import Confirmation, Mailing, MailProgress, Subscriber
from monitor.storage.store import Store
from tests.storage.conftest import Place
from tests.storage.samples import at

MAILING = Mailing(event="evt_1", started_at=at(0))


def wish(number: int = 1, address: str = "li@example.com", **changes: Any) -> Confirmation:
    fields: dict[str, Any] = {
        "id": f"cnf_{number:04}",
        "address": address,
        "locale": "zh-CN",
        "services": ("checkout",),
        "created_at": at(0),
        "expires_at": at(86_400),
        "due_at": at(0),
    }
    return Confirmation(**(fields | changes))


async def subscribed(store: Store, number: int) -> Subscriber:
    asked = wish(number, f"user{number}@example.com")
    await store.add_confirmation(asked)
    made = await store.confirm(asked.id, at(1))
    assert made is not None
    return made


async def test_a_wish_becomes_a_subscriber_once(store: Store) -> None:
    asked = wish()
    assert await store.add_confirmation(asked)
    assert await store.confirmation(asked.id) == asked

    made = await store.confirm(asked.id, at(60))

    assert made is not None
    assert (made.address, made.services, made.confirmed_at) == (
        "li@example.com",
        ("checkout",),
        at(60),
    )
    assert await store.subscriber(made.id) == made
    assert await store.subscriber_of("li@example.com") == made
    assert await store.confirm(asked.id, at(61)) is None, "a link works once"


async def test_a_wish_that_is_over_makes_no_subscriber(store: Store) -> None:
    await store.add_confirmation(wish())

    assert await store.confirm("cnf_0001", at(86_400)) is None
    assert await store.confirm("cnf_9999", at(0)) is None
    assert await store.subscribers() == []


async def test_who_asks_again_keeps_the_id_and_gets_the_new_choice(store: Store) -> None:
    first = await subscribed(store, 1)
    again = wish(2, first.address, services=(), locale="en")
    await store.add_confirmation(again)

    second = await store.confirm(again.id, at(5))

    assert second is not None
    assert (second.id, second.services, second.locale) == (first.id, (), "en")
    assert await store.subscribers() == [second]


async def test_an_address_gets_few_confirmations_a_day(store: Store) -> None:
    taken = [await store.add_confirmation(wish(number)) for number in range(1, 6)]
    tomorrow = wish(6, created_at=at(86_401), expires_at=at(172_800))

    assert taken == [True, True, True, False, False]
    assert await store.add_confirmation(wish(7, "another@example.com"))
    assert await store.add_confirmation(tomorrow)


async def test_what_is_due_is_asked_for_until_it_was_sent(store: Store) -> None:
    await store.add_confirmation(wish(1, due_at=at(10)))
    await store.add_confirmation(wish(2, due_at=at(5)))

    assert await store.due_confirmations(at(4), 10) == []
    assert [each.id for each in await store.due_confirmations(at(10), 10)] == [
        "cnf_0002",
        "cnf_0001",
    ]
    await store.update_confirmation(replace(wish(2), due_at=None, attempts=1))
    assert [each.id for each in await store.due_confirmations(at(10), 10)] == ["cnf_0001"]
    await store.delete_confirmation("cnf_0001")
    assert await store.due_confirmations(at(10), 10) == []


async def test_who_unsubscribes_leaves_nothing_behind(store: Store) -> None:
    made = await subscribed(store, 1)
    await store.add_confirmation(wish(2, made.address))
    await store.save_progress(MailProgress(mailing=MAILING, deferred=(made.id,)), 3, at(2))

    assert await store.delete_subscriber(made.id)

    assert not await store.delete_subscriber(made.id)
    assert await store.subscriber_of(made.address) is None
    assert await store.confirmation("cnf_0002") is None
    assert await store.deferred("evt_1", "", 10) == []


async def test_subscribers_come_in_pages(store: Store) -> None:
    made = [await subscribed(store, number) for number in range(1, 6)]

    first = await store.subscribers(limit=2)
    second = await store.subscribers(after=first[-1].id, limit=10)

    assert [*first, *second] == made


async def test_progress_is_kept_and_deferrals_are_settled(store: Store) -> None:
    one, two, three = [await subscribed(store, number) for number in (1, 2, 3)]
    position = replace(MAILING, position=three.id)
    gone = "sub_gone"

    progress = MailProgress(mailing=position, sent=(one.id,), deferred=(two.id, three.id, gone))
    await store.save_progress(progress, 3, at(2))

    assert await store.mailing("evt_1") == position
    assert await store.mailing("evt_2") is None
    assert await store.deferred("evt_1", "", 10) == [two, three]
    assert await store.deferred("evt_1", two.id, 10) == [three]
    settled = MailProgress(mailing=position, sent=(two.id,), refused=(three.id,))
    await store.save_progress(settled, 3, at(3))
    assert await store.deferred("evt_1", "", 10) == []


async def test_refusals_in_a_row_suppress_an_address_and_a_success_forgives(store: Store) -> None:
    one, two = [await subscribed(store, number) for number in (1, 2)]
    bounced = MailProgress(mailing=MAILING, bounced=(one.id, two.id))

    await store.save_progress(bounced, 2, at(2))
    await store.save_progress(MailProgress(mailing=MAILING, sent=(two.id,)), 2, at(3))
    await store.save_progress(bounced, 2, at(4))

    assert [each.bounces for each in await store.subscribers()] == [2, 1]
    assert [each.id for each in await store.subscribers(active_only=True)] == [two.id]
    found = await store.subscriber(one.id)
    assert found is not None
    assert found.suppressed_at == at(4)


async def test_wishes_and_old_fan_outs_are_forgotten(store: Store) -> None:
    await store.add_confirmation(wish())
    await store.save_progress(MailProgress(mailing=MAILING), 3, at(0))

    await store.prune(at(86_401))
    assert await store.confirmation("cnf_0001") is None
    assert await store.mailing("evt_1") is not None

    await store.prune(at(0) + timedelta(days=8))
    assert await store.mailing("evt_1") is None


async def test_a_restart_finds_it_all(place: Place) -> None:
    store = place.open()
    store.writer.start()
    made = await subscribed(store, 1)
    progress = MailProgress(mailing=replace(MAILING, position=made.id), deferred=(made.id,))
    await store.save_progress(progress, 3, at(2))
    await store.close()

    again = place.open()
    assert await again.mailing("evt_1") == progress.mailing
    assert await again.deferred("evt_1", "", 10) == [made]
    await again.close()


def test_no_address_is_in_what_is_printed() -> None:
    subscriber = Subscriber(
        id="sub_1", address="li@example.com", locale="en", services=(), confirmed_at=at(0)
    )

    assert "li@" not in f"{subscriber!r} {wish()!r}"
