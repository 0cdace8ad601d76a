"""Checks: what we promised to watch, how often, and when a failure counts as confirmed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """When a condition counts: *failures* of the last *window* confirm, *recoveries* end it.

    *retry_after_seconds* None turns the one quick retry after a first failure off; *quorum* is the
    number of locations that must agree. *detect_flapping* False suits a check whose every result is
    a confirmed change already. A share of *grey_ratio* failures in the last *grey_window* runs
    degrades a check that is never confirmed otherwise; 0 turns that off.
    """

    failures: int = 2
    window: int = 3
    recoveries: int = 3
    retry_after_seconds: float | None = 1.0
    quorum: int = 1
    detect_flapping: bool = True
    grey_ratio: float = 0.2
    grey_window: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check as a plain, serialisable value; *spec* is the frozen spec of its probe type.

    Two checks that compare equal need no restart at a reload.
    """

    name: str
    type: str
    component: str
    spec: object
    interval_seconds: float = 30.0
    timeout_seconds: float = 10.0
    confirmation: Confirmation = Confirmation()
    location: str = "default"
    enabled: bool = True
    canary: bool = False
