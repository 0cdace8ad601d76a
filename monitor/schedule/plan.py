"""The plan: in which slot of its interval each check runs; pure, and the same after a restart."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from monitor.model.check import Check

SECOND = 1_000_000
"""Times of the plan are whole microseconds: a slot is never missed or hit twice by rounding."""

NARROWEST_SLOT = SECOND // 20
WIDEST_SLOT = SECOND
SLOTS_PER_INTERVAL = 200

FIRST_RUNS_WITHIN = 5 * SECOND
"""Every check has run once this soon after it was added, however long its interval is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The moments `offset + k * interval` of steady time, in microseconds."""

    interval: int
    offset: int

    def after(self, moment: int) -> int:
        """Return the first moment of the slot that is later than *moment*."""
        rounds = (moment - self.offset) // self.interval + 1
        return self.offset + rounds * self.interval


def slot_width(interval: int) -> int:
    """Return how long a slot lasts: narrow to spread load, wide to share a wake-up."""
    return min(max(interval // SLOTS_PER_INTERVAL, NARROWEST_SLOT), WIDEST_SLOT)


def slot_of(check: Check) -> Slot:
    """Return the slot that the name of the check alone decides."""
    interval = max(1, round(check.interval_seconds * SECOND))
    width = slot_width(interval)
    number = _hash(check.name) % max(1, interval // width)
    return Slot(interval=interval, offset=number * width)


def plan(checks: Iterable[Check]) -> Mapping[Slot, tuple[str, ...]]:
    """Return which checks run in which slot; disabled ones run in none."""
    slots: dict[Slot, list[str]] = defaultdict(list)
    for check in checks:
        if check.enabled:
            slots[slot_of(check)].append(check.name)
    return {slot: tuple(names) for slot, names in slots.items()}


def first_run(slot: Slot, added: int) -> int:
    """Return when a check added at *added* runs first: in its slot, or sooner if that is far away.

    The order of the slots is kept, so the first runs are spread as evenly as all others.
    """
    if slot.interval <= FIRST_RUNS_WITHIN:
        return slot.after(added)
    width = NARROWEST_SLOT
    return added + slot.offset * FIRST_RUNS_WITHIN // slot.interval // width * width


def _hash(name: str) -> int:
    # Not hash(): that one differs from process to process.
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest())
