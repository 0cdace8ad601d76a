"""What a plan of notices rests on: what exists, what was told, what was promised, and the gates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from monitor.model.configuration import NoticePolicy
from monitor.model.gates import GateAction
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.notice import Notice, NoticeKind, NoticeState
from monitor.publish.notices.facts import published
from monitor.publish.notices.gates import decide

S = TypeVar("S", Incident, Window)

# So long a promised update that should leave by itself may be late before a holding line goes out.
GRACE = timedelta(seconds=60)
# What is told instead of a notice that nobody approved in time; of the others nothing is told.
EFFECT_OF = {
    NoticeKind.REGULATORY: NoticeKind.DISRUPTION,
    NoticeKind.CAUSE_KNOWN: NoticeKind.UPDATE,
}
UNREPLACED = frozenset({NoticeKind.SUMMARY, NoticeKind.CORRECTION})


class Reason(StrEnum):
    """Why a notice is due."""

    LASTED = "lasted"
    REQUIRED = "required"
    CAUSE_CONFIRMED = "cause_confirmed"
    CAUSE_CHANGED = "cause_changed"
    FACTS_CHANGED = "facts_changed"
    IMPACT_GREW = "impact_grew"
    PROMISED = "promised"
    OVERDUE = "overdue"
    RECOVERING = "recovering"
    RELAPSED = "relapsed"
    RESOLVED = "resolved"
    ACCOUNTED = "accounted"
    UNAPPROVED = "unapproved"
    SCHEDULED = "scheduled"
    RESCHEDULED = "rescheduled"
    REMINDED = "reminded"
    STARTED = "started"
    END_MOVED = "end_moved"
    OVERRAN = "overran"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeIntent:
    """A notice that is due; unique per (*subject*, *kind*, *revision*).

    *needs_approval* says that it is drafted for a person, and *rule* which gate says so;
    *effect_only* that it may tell nothing but what users notice.
    """

    subject: str
    kind: NoticeKind
    revision: int
    reason: Reason
    needs_approval: bool = False
    rule: str = "default"
    effect_only: bool = False


Intents = tuple[NoticeIntent, ...]


class Occasion(Generic[S]):
    """One incident or window at one moment, with all that was ever drafted on it."""

    def __init__(
        self, subject: S, existing: Sequence[Notice], policy: NoticePolicy, now: datetime
    ) -> None:
        self.subject: S = subject
        self.existing = existing
        self.told = published(existing)
        self.policy = policy
        self.now = now
        # Whether a gate keeps something back that it may let out later.
        self.holds_back = False

    def has(self, kind: NoticeKind) -> bool:
        """Whether one of *kind* exists in any state."""
        return any(each.kind is kind for each in self.existing)

    def newest(self, kind: NoticeKind) -> Notice | None:
        """Return the last one of *kind*, in whatever state."""
        of_kind = (each for each in self.existing if each.kind is kind)
        return max(of_kind, key=lambda each: each.revision, default=None)

    def action(self, kind: NoticeKind) -> GateAction:
        """Return what the gates do with one of *kind* at this moment."""
        return decide(kind, self.subject, self.told, self.policy, self.now).action

    def once(self, kind: NoticeKind, reason: Reason) -> Intents:
        return () if self.has(kind) else self.next(kind, reason)

    def next(self, kind: NoticeKind, reason: Reason, *, forced: bool = False) -> Intents:
        """Return the next revision of *kind*, if the gates let it out or to a person.

        *forced* passes the gates: what says no more than the effect.
        """
        decision = decide(kind, self.subject, self.told, self.policy, self.now)
        if not forced and decision.action in (GateAction.WAIT, GateAction.NEVER):
            self.holds_back |= decision.action is GateAction.WAIT
            return ()
        last = self.newest(kind)
        return (
            NoticeIntent(
                subject=self.subject.id,
                kind=kind,
                revision=last.revision + 1 if last else 1,
                reason=reason,
                needs_approval=not forced and decision.action is GateAction.APPROVE,
                rule="effect_only" if forced else decision.rule,
                effect_only=forced,
            ),
        )

    def overtaken(self) -> tuple[Notice, ...]:
        """Return the drafts that say what holds no more, whoever would approve them."""
        drafts = (each for each in self.existing if each.state is NoticeState.PENDING)
        return tuple(each for each in drafts if self.is_past(each))

    def is_past(self, _draft: Notice) -> bool:
        """Whether what a draft says holds no more."""
        return False

    def unapproved(self, *kinds: NoticeKind) -> Intents:
        """Return what is told of the effect where a draft (of *kinds*) was not approved in time."""
        for each in self.existing:
            if each.state is not NoticeState.EXPIRED or each.kind in UNREPLACED:
                continue
            if kinds and each.kind not in kinds:
                continue
            expired_at = each.history[-1].at if each.history else each.at
            if not any(told.at >= expired_at for told in self.told):
                return self.next(
                    EFFECT_OF.get(each.kind, each.kind), Reason.UNAPPROVED, forced=True
                )
        return ()

    def promised(self, kind: NoticeKind) -> Intents:
        """Return the update that was promised, and where it does not come, a holding line.

        An update that a person has to approve is drafted when half of the time is over.
        """
        promise = self._promise()
        every = timedelta(seconds=self.policy.update_every_seconds)
        if self.action(kind) is GateAction.AUTO:
            update: Intents = self.next(kind, Reason.PROMISED) if self.now >= promise else ()
            late = self.now >= promise + GRACE
        else:
            last = self.newest(kind)
            open_ = last is not None and last.state is NoticeState.PENDING
            early = self.now >= promise - every / 2
            update = () if open_ or not early else self.next(kind, Reason.PROMISED)
            late = self.now >= promise
        held: Intents = self.next(NoticeKind.HOLDING, Reason.OVERDUE, forced=True) if late else ()
        return (*update, *held)

    def _promise(self) -> datetime:
        """Return by when users were promised to hear more."""
        promises = (each.next_update_by for each in reversed(self.told) if each.next_update_by)
        every = timedelta(seconds=self.policy.update_every_seconds)
        return next(promises, None) or self.told[-1].at + every
