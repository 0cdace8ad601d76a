"""Proves the arithmetic of patience: pauses, caps, Retry-After and the end of trying."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.delivery import DeliveryStatus
from monitor.model.events import EventType
from monitor.publish.deliveries.backoff import (
    SHORTEST_PAUSE_SECONDS,
    RetryPolicy,
    counted_as,
    pause_seconds,
    revive,
    settle,
)
from monitor.publish.deliveries.result import DeliveryResult, SendReason, SendResult
from tests.publish.deliveries.fakes import START, delivery

ON_CALL = RetryPolicy.on_call()
REFUSED = SendResult.retry(SendReason.NETWORK, "refused")


@given(attempts=st.integers(1, 100_000), seed=st.integers())
def test_on_call_is_tried_again_within_a_minute(attempts: int, seed: int) -> None:
    pause = pause_seconds(ON_CALL, attempts, None, Random(seed))

    assert SHORTEST_PAUSE_SECONDS <= pause <= 60.0


@pytest.mark.parametrize(("attempts", "ceiling"), [(1, 1.0), (2, 2.0), (4, 8.0), (7, 60.0)])
def test_pauses_grow_and_spread_over_the_whole_range(attempts: int, ceiling: float) -> None:
    rng = Random(1)
    pauses = [pause_seconds(ON_CALL, attempts, None, rng) for _ in range(400)]

    assert max(pauses) <= ceiling
    assert max(pauses) > 0.9 * ceiling
    assert min(pauses) < 0.3 * ceiling


def test_others_are_tried_up_to_hourly() -> None:
    rng = Random(1)
    pauses = [pause_seconds(RetryPolicy.relaxed(), 30, None, rng) for _ in range(400)]

    assert 3000.0 < max(pauses) <= 3600.0


@pytest.mark.parametrize(
    ("asked", "least"), [(120.0, 120.0), (9_000_000.0, 300.0), (0.0, SHORTEST_PAUSE_SECONDS)]
)
def test_retry_after_is_honoured_up_to_a_bound(asked: float, least: float) -> None:
    pause = pause_seconds(ON_CALL, 1, asked, Random(1))

    assert least <= pause <= max(least, 1.0)


def test_a_success_settles_the_delivery() -> None:
    tried = replace(delivery(EventType.INCIDENT_OPENED), attempts=2, reason="network", detail="x")
    now = START + timedelta(seconds=9)

    settled = settle(tried, SendResult.delivered(), ON_CALL, now, Random(1))

    assert settled == replace(
        tried,
        status=DeliveryStatus.DELIVERED,
        attempts=3,
        delivered_at=now,
        reason="",
        detail="",
    )


def test_a_failure_keeps_it_pending_with_the_reason_and_a_later_time() -> None:
    settled = settle(delivery(EventType.INCIDENT_OPENED), REFUSED, ON_CALL, START, Random(1))

    assert settled.status is DeliveryStatus.PENDING
    assert (settled.attempts, settled.reason, settled.detail) == (1, "network", "refused")
    assert settled.due_at > START


def test_what_can_never_succeed_is_a_dead_letter_at_once() -> None:
    rejected = SendResult.permanent(SendReason.CLIENT_ERROR, "HTTP 400")

    settled = settle(delivery(EventType.INCIDENT_OPENED), rejected, ON_CALL, START, Random(1))

    assert settled.status is DeliveryStatus.DEAD
    assert counted_as(settled, rejected) is DeliveryResult.DEAD


@pytest.mark.parametrize(
    ("hours", "attempts", "status"),
    [
        (23.9, 500, DeliveryStatus.PENDING),
        (24.1, 500, DeliveryStatus.DEAD),
        (80.0, 0, DeliveryStatus.PENDING),
        (-1.0, 9, DeliveryStatus.PENDING),
    ],
    ids=["young", "old", "old but hardly tried", "the clock was set back"],
)
def test_a_delivery_is_given_up_by_age_but_never_untried(
    hours: float, attempts: int, status: DeliveryStatus
) -> None:
    tried = replace(delivery(EventType.INCIDENT_OPENED), attempts=attempts)

    settled = settle(tried, REFUSED, ON_CALL, START + timedelta(hours=hours), Random(1))

    assert settled.status is status
    assert settled.reason == "network"


def test_a_revived_delivery_has_its_whole_time_again() -> None:
    dead = replace(
        delivery(EventType.INCIDENT_OPENED),
        status=DeliveryStatus.DEAD,
        attempts=40,
        reason="network",
    )
    now = START + timedelta(days=3)

    revived = revive(dead, now)
    settled = settle(revived, REFUSED, ON_CALL, now, Random(1))

    assert (revived.id, revived.attempts, revived.reason) == (dead.id, 0, "")
    assert settled.status is DeliveryStatus.PENDING


@pytest.mark.parametrize(
    ("result", "word"),
    [
        (SendResult.delivered(), DeliveryResult.DELIVERED),
        (REFUSED, DeliveryResult.RETRY),
        (SendResult.throttled(SendReason.RATE_LIMITED, "", 3.0), DeliveryResult.THROTTLED),
        (SendResult.permanent(SendReason.GONE, ""), DeliveryResult.DEAD),
    ],
)
def test_every_outcome_is_counted_under_its_word(result: SendResult, word: DeliveryResult) -> None:
    settled = settle(delivery(EventType.INCIDENT_OPENED), result, ON_CALL, START, Random(1))

    assert counted_as(settled, result) is word
