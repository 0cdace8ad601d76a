"""What a rule finds: facts that a person can verify, and how much they weigh."""

from dataclasses import dataclass
from datetime import datetime

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
