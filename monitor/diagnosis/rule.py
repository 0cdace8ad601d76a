"""A rule: what it looks for at a suspect, and what finding it says about a cause."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from monitor.diagnosis.suspect import Suspect
from monitor.model.cause import Cause
from monitor.model.signals import SignalKind, SignalValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What a rule saw: a signal's value, where and when, so that a person can verify it."""

    signal: SignalKind
    value: SignalValue
    component: str
    check: str
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule found: how much it weighs (0..1), on which facts, and how it narrows the cause.

    *subcause* overrides that of the rule.
    """

    weight: float
    facts: tuple[Fact, ...]
    subcause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One reason to believe in a cause, or (*against*) to doubt it.

    *most* is the most its findings weigh, *signals* are the kinds its evidence carries; the
    documentation is tested against both.
    """

    name: str
    most: float
    cause: Cause
    weigh: Callable[[Suspect], Finding | None]
    signals: tuple[SignalKind, ...]
    subcause: str = ""
    against: bool = False
