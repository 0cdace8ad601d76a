"""A scenario: a labelled fault, or a control, with what a right verdict must rest on."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import Any

from monitor.model.cause import Cause
from monitor.model.signals import SignalKind
from tests.scenarios.stand import Shape, Stand

Evidence = Mapping[str, Any]
# Injects when it is entered and reverts when it is left, whatever happens in between.
Fault = Callable[[Stand, Random], AbstractContextManager[object]]


class Need(StrEnum):
    """What a scenario cannot be run without; the value is the reason for skipping it."""

    NAMESPACES = "needs root and network namespaces"
    MOUNTS = "needs root to mount a file system"
    GROUPS = "needs root to make control groups"


@dataclass(frozen=True, kw_only=True)
class Cite:
    """A group of evidence: any item of one of *signals*, narrowed where more is said.

    *needs* is what a stand must have to see it at all.
    """

    what: str
    signals: frozenset[SignalKind]
    components: frozenset[str] = frozenset()
    checks: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    needs: frozenset[Need] = frozenset()

    def is_met_by(self, item: Evidence) -> bool:
        """Whether one item of evidence belongs to the group."""
        return (
            item["signal"] in self.signals
            and (not self.components or item["component"] in self.components)
            and (not self.checks or item["check"] in self.checks)
            and (not self.values or str(item["value"]) in self.values)
            and (not self.rules or item["rule"] in self.rules)
        )


def cite(
    what: str,
    *signals: SignalKind,
    components: str = "",
    checks: str = "",
    values: str = "",
    rules: str = "",
    needs: frozenset[Need] = frozenset(),
) -> Cite:
    """Return a group; names and values are given as words.

    *rules* narrows a signal that is cited for several reasons to one of them.
    """
    return Cite(
        what=what,
        signals=frozenset(signals),
        components=frozenset(components.split()),
        checks=frozenset(checks.split()),
        values=frozenset(values.split()),
        rules=frozenset(rules.split()),
        needs=needs,
    )


def at(*components: str) -> frozenset[str]:
    """Return where a fault may rightly be seen."""
    return frozenset(components)


# What only an attack explains must not be cited for anything else.
OF_ATTACKS = cite(
    "signs of an attack",
    SignalKind.SYNCOOKIES_SENT_RATE,
    SignalKind.SYNCOOKIES_RECV_RATIO,
    SignalKind.AUTH_FAILURE_RATE,
    SignalKind.WAF_BLOCK_RATE,
    SignalKind.WAF_MARKER,
    SignalKind.HALF_SENT_REQUESTS,
)


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What a fault really is: the cause, where it sits, and the evidence for it.

    *due_after* is how long after the injection there is something to find, in seconds. Where the
    finer label or a kind of notice belongs to the truth, *subcause* and *told* name them; *covered*
    is what announced work may cover, and nothing else.
    """

    cause: Cause
    components: frozenset[str]
    must_cite: tuple[Cite, ...]
    must_not_cite: tuple[Cite, ...] = (OF_ATTACKS,)
    due_after: float = 0.0
    subcause: str = ""
    told: str = ""
    covered: frozenset[str] = frozenset()


USUAL = Shape()


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One line of the table; without a truth it is a control, where nothing may be opened.

    *is_heavy* says that it needs the processors for itself.
    """

    id: str
    title: str
    fault: Fault
    truth: Truth | None = None
    shape: Shape = USUAL
    needs: frozenset[Need] = frozenset()
    is_heavy: bool = False

    def without(self, lacking: Collection[Need]) -> "Scenario":
        """Return the scenario without the groups of evidence that need something of *lacking*."""
        if self.truth is None:
            return self
        left = tuple(each for each in self.truth.must_cite if each.needs.isdisjoint(lacking))
        return replace(self, truth=replace(self.truth, must_cite=left))
