"""How patiently a receiver is tried, and what one attempt makes of a delivery (pure)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.publish.deliveries.result import DeliveryResult, SendOutcome, SendReason, SendResult

# Shorter pauses would only busy the loop.
SHORTEST_PAUSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Exponential backoff with full jitter, until the delivery is too old.

    A `Retry-After` is honoured up to *retry_after_cap_seconds*. Age alone kills no delivery:
    after a long stop of the monitor it still gets *minimum_attempts*.
    """

    base_seconds: float = 1.0
    cap_seconds: float = 60.0
    retry_after_cap_seconds: float = 300.0
    give_up_after_seconds: float = 86_400.0
    minimum_attempts: int = 5

    @classmethod
    def on_call(cls, give_up_after_seconds: float | None = None) -> "RetryPolicy":
        """Return the policy of receivers that wake people: often, for a day."""
        return cls(give_up_after_seconds=give_up_after_seconds or 86_400.0)

    @classmethod
    def relaxed(cls, give_up_after_seconds: float | None = None) -> "RetryPolicy":
        """Return the policy of all other receivers: up to hourly, for three days."""
        return cls(
            base_seconds=5.0,
            cap_seconds=3600.0,
            retry_after_cap_seconds=3600.0,
            give_up_after_seconds=give_up_after_seconds or 259_200.0,
        )

    @property
    def longest_pause_seconds(self) -> float:
        return max(self.cap_seconds, self.retry_after_cap_seconds)


def pause_seconds(
    policy: RetryPolicy, attempts: int, retry_after_seconds: float | None, rng: Random
) -> float:
    """Return how long to wait after *attempts* failed ones; never shorter than Retry-After asks."""
    # The exponent is bounded because 2.0 ** 1024 overflows.
    ceiling = min(policy.cap_seconds, policy.base_seconds * 2.0 ** min(attempts - 1, 32))
    pause = rng.uniform(0.0, ceiling)
    asked = min(retry_after_seconds or 0.0, policy.retry_after_cap_seconds)
    return max(SHORTEST_PAUSE_SECONDS, pause, asked)


def settle(
    delivery: Delivery, result: SendResult, policy: RetryPolicy, now: datetime, rng: Random
) -> Delivery:
    """Return *delivery* after one more attempt with *result*."""
    attempts = delivery.attempts + 1
    if result.outcome is SendOutcome.DELIVERED:
        return replace(
            delivery,
            status=DeliveryStatus.DELIVERED,
            attempts=attempts,
            delivered_at=now,
            reason="",
            detail="",
        )
    reason = result.reason or SendReason.BUG
    tried = replace(delivery, attempts=attempts, reason=reason, detail=result.detail)
    if result.outcome is SendOutcome.PERMANENT or _is_exhausted(tried, policy, now):
        return replace(tried, status=DeliveryStatus.DEAD)
    pause = pause_seconds(policy, attempts, result.retry_after_seconds, rng)
    return replace(tried, due_at=now + timedelta(seconds=pause))


def bury(delivery: Delivery, reason: SendReason, detail: str) -> Delivery:
    """Return *delivery* as a dead letter that was not tried again."""
    return replace(delivery, status=DeliveryStatus.DEAD, reason=reason, detail=detail)


def revive(delivery: Delivery, now: datetime) -> Delivery:
    """Return a dead letter as if it had been made just now, so that it has its full time."""
    return replace(
        delivery,
        status=DeliveryStatus.PENDING,
        attempts=0,
        created_at=now,
        due_at=now,
        reason="",
        detail="",
    )


def counted_as(delivery: Delivery, result: SendResult) -> DeliveryResult:
    """Return the word under which an attempt with *result* that left *delivery* is counted."""
    if delivery.status is DeliveryStatus.DEAD:
        return DeliveryResult.DEAD
    return DeliveryResult(result.outcome.value)


def _is_exhausted(delivery: Delivery, policy: RetryPolicy, now: datetime) -> bool:
    age = (now - delivery.created_at).total_seconds()
    return age >= policy.give_up_after_seconds and delivery.attempts >= policy.minimum_attempts
