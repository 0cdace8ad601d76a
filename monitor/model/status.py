"""Status of components and services, and the confirmed condition of a check."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.observation import Outcome


class Status(StrEnum):
    """The fixed status words; `unknown` is a third value, never up and never down."""

    OPERATIONAL = "operational"
    DEGRADED = "degraded"
    PARTIAL_OUTAGE = "partial_outage"
    MAJOR_OUTAGE = "major_outage"
    MAINTENANCE = "maintenance"
    UNKNOWN = "unknown"

    @property
    def is_bad(self) -> bool:
        """Whether users are worse off than usual (maintenance and no data are not *bad*)."""
        return self in _BADNESS and self is not Status.OPERATIONAL

    @property
    def badness(self) -> int:
        """Rank among the observed words: 0 operational .. 3 major outage; 0 for the others."""
        return _BADNESS.get(self, 0)


_BADNESS = {
    Status.OPERATIONAL: 0,
    Status.DEGRADED: 1,
    Status.PARTIAL_OUTAGE: 2,
    Status.MAJOR_OUTAGE: 3,
}


class Condition(StrEnum):
    """The confirmed condition of a check."""

    UNKNOWN = "unknown"
    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Mark:
    """One attempt in a check's confirmation window.

    *is_forecast* says that the target did its work, and only a limit came near; *is_strain* that
    it did its work, and has more to do than is good for it.
    """

    outcome: Outcome
    at: datetime
    is_forecast: bool = False
    is_strain: bool = False

    @property
    def is_figure(self) -> bool:
        """Whether figures are all that is wrong."""
        return self.is_forecast or self.is_strain


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A failed run among many that succeed: its number, its time, and the success before it."""

    run: int
    at: datetime
    last_ok_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A person's word that a check says nothing of value until *until*; *ended_at* it was over.

    A muted check goes on being probed and recorded, but opens nothing and colours nothing.
    """

    id: str
    reason: str
    author: str
    at: datetime
    until: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckState:
    """All that confirmation remembers of one check; stored with each transition.

    *marks* are the last attempts, oldest first, as many as confirmation and recovery need.
    *bad_since* is the first unsuccessful (or degraded) attempt of the present spell, *good_since*
    the first success of the present run of successes, *last_ok_at* the last success before
    *bad_since* while a spell lasts, else the last success: with it the onset of a failure is
    the interval (last_ok_at, bad_since]. *flips* has one bit for each of the last
    20 attempts, the newest lowest: 1 where its outcome differed from the one before. *losses* are
    the failures among the last of the *runs* since the check was well; *is_grey* says that they are
    why it is degraded. *is_figure* says that figures beyond their limits are why the check is bad,
    *is_forecast* that they are limits that come near; *hurts_since* is the first attempt that more
    was wrong with. *mute* is the last one, which may be over.
    """

    check: str
    component: str
    condition: Condition = Condition.UNKNOWN
    since: datetime | None = None
    marks: tuple[Mark, ...] = ()
    bad_since: datetime | None = None
    good_since: datetime | None = None
    last_ok_at: datetime | None = None
    last_seen_at: datetime | None = None
    ever_succeeded: bool = False
    flips: int = 0
    flapping: bool = False
    runs: int = 0
    losses: tuple[Loss, ...] = ()
    is_grey: bool = False
    is_figure: bool = False
    is_forecast: bool = False
    hurts_since: datetime | None = None
    mute: Mute | None = None

    @property
    def is_muted(self) -> bool:
        """Whether what it sees counts for nothing now."""
        return self.mute is not None and self.mute.ended_at is None

    @property
    def counts_from(self) -> datetime | None:
        """Since when its failure counts: from its first one, or from the end of a mute."""
        ended_at = self.mute.ended_at if self.mute else None
        if self.bad_since is None or ended_at is None:
            return self.bad_since
        return max(self.bad_since, ended_at)

    @property
    def is_misconfigured(self) -> bool:
        """Whether the check never once worked: a matter for operators, not an outage."""
        return self.condition is Condition.FAILED and not self.ever_succeeded


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One change of a check, component or service, as history keeps it.

    *subject_kind* is `check`, `component` or `service`; for a check both words are its
    condition, else the observed and the displayed status. *planned* says that maintenance is shown
    within the time that was planned for it. *state* is the CheckState after it.
    """

    subject_kind: str
    subject: str
    at: datetime
    observed: str
    displayed: str
    planned: bool = False
    state: CheckState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """The present status of a component or service: what is seen and what is shown.

    *planned* says that maintenance is shown within the time that was planned for it. *since* is
    when the displayed word last changed, *last_known* the last displayed word that was
    not `unknown`, *updated_at* the time of the oldest of the last observations behind it.
    """

    name: str
    observed: Status
    displayed: Status
    since: datetime
    updated_at: datetime
    planned: bool = False
    last_known: Status = Status.OPERATIONAL
