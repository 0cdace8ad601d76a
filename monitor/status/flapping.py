"""Flapping of one check: Icinga's weighted share of the last attempts whose outcome changed."""

from monitor.model.observation import Outcome

ATTEMPTS = 20
# Two thresholds, so that flapping itself does not flap.
BEGINS_ABOVE = 0.30
ENDS_BELOW = 0.25
NEWEST_WEIGHT = 1.15
OLDEST_WEIGHT = 0.80

_ALL = (1 << ATTEMPTS) - 1
_STEP = (NEWEST_WEIGHT - OLDEST_WEIGHT) / (ATTEMPTS - 1)
_WEIGHTS = tuple((NEWEST_WEIGHT - _STEP * age) / ATTEMPTS for age in range(ATTEMPTS))


def note(flips: int, before: Outcome | None, outcome: Outcome) -> int:
    """Return *flips* with one more attempt: bit 0 is the newest, 1 means that it differed."""
    if not flips and (before is None or before is outcome):
        return 0
    differs = before is not None and before is not outcome
    return (flips << 1 | differs) & _ALL


def share(flips: int) -> float:
    """Return the weighted share of changes, 0 to 0.975; later changes weigh more."""
    return sum(weight for age, weight in enumerate(_WEIGHTS) if flips >> age & 1)


def is_flapping(flips: int, *, was_flapping: bool) -> bool:
    """Whether the check flaps: it begins above 30 % and ends below 25 %."""
    if not flips:
        return False
    return share(flips) >= ENDS_BELOW if was_flapping else share(flips) > BEGINS_ABOVE
