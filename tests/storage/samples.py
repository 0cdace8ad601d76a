"""Values to store, with every field set that a store could lose."""

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model.batch import Batch
from monitor.model.cause import Candidate, Cause, Diagnosis
from monitor.model.change import Change
from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.model.events import Event, EventType
from monitor.model.fault import FaultKind, MonitorFault
from monitor.model.incident import (
    Incident,
    IncidentStatus,
    Member,
    Onset,
    Origin,
    ServiceImpact,
    Severity,
)
from monitor.model.maintenance import (
    ExpectedPattern,
    PatternKind,
    Window,
    WindowSource,
    WindowStatus,
)
from monitor.model.observation import Observation, Outcome, Phase, Stage
from monitor.model.series import Series
from monitor.model.signals import Evidence, SignalKind
from monitor.model.status import CheckState, Condition, Mark, Status, Transition

T0 = datetime(2025, 3, 9, 16, 30, 0, 123457, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = T0
        self.seconds = 1000.0

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        self.seconds += seconds


def observation(check: str = "ledger-sql", *, seconds: float = 0.0, **changes: Any) -> Observation:
    fields: dict[str, Any] = {
        "check": check,
        "component": "ledger",
        "type": "sql",
        "location": "default",
        "scheduled_at": at(seconds),
        "started_at": at(seconds),
        "duration_seconds": 0.25,
        "outcome": Outcome.OK,
        "stage": Stage.SEMANTIC,
        "phases": {Phase.CONNECT: 0.05, Phase.QUERY: 0.2},
    }
    return Observation(**(fields | changes))


def diagnosis() -> Diagnosis:
    evidence = Evidence(
        signal=SignalKind.SQLSTATE,
        value="57P03",
        component="ledger",
        check="ledger-sql",
        at=at(-1),
        rule="database_starting",
        weight=0.9,
        # A target may answer anything, and what it answered is evidence.
        detail="NUL \x00, half a pair \ud83d, 数据库",
    )
    return Diagnosis(
        cause=Cause.DATABASE_ANOMALY,
        subcause="starting",
        confidence=0.9,
        component="ledger",
        evidence=(evidence,),
        candidates=(
            Candidate(
                cause=Cause.DATABASE_ANOMALY,
                subcause="starting",
                confidence=0.9,
                component="ledger",
            ),
        ),
    )


def incident(
    id_: str = "inc_1",
    *,
    status: IncidentStatus = IncidentStatus.OPEN,
    seconds: float = 0.0,
    ended: float | None = None,
) -> Incident:
    return Incident(
        id=id_,
        status=status,
        severity=Severity.CRITICAL,
        root="ledger",
        members=(
            Member(
                component="ledger",
                onset=Onset(last_ok_at=at(seconds - 2), first_failure_at=at(seconds)),
                joined_at=at(seconds + 1),
            ),
        ),
        impact=(ServiceImpact(service="checkout", worst=Status.MAJOR_OUTAGE, since=at(seconds)),),
        diagnosis=diagnosis(),
        started_at=at(seconds),
        confirmed_at=at(seconds + 1),
        updated_at=at(seconds + 1 if ended is None else ended),
        recovered_at=None if ended is None else at(ended - 1),
        resolved_at=at(ended) if ended and status is IncidentStatus.RESOLVED else None,
        origin=Origin.OVERRUN,
        window="win_1",
        follows="inc_0",
        acknowledged_at=at(seconds + 2),
        acknowledged_by="li",
        relapses=1,
        revision=3,
    )


def window(
    id_: str = "win_1", *, status: WindowStatus = WindowStatus.SCHEDULED, seconds: float = 60
) -> Window:
    return Window(
        id=id_,
        start=at(seconds),
        end=at(seconds + 60),
        planned_end=at(seconds + 50),
        created_at=at(0),
        title={"zh-CN": "升级", "en": "Upgrade"},
        services=("checkout",),
        components=("ledger",),
        status=status,
        expected=ExpectedPattern(kind=PatternKind.BLIPS, count=2, max_seconds=30),
        source=WindowSource.OPERATOR,
        created_by="li",
        internal_note="note",
        actual_start=at(seconds),
        blips={"ledger": 1},
        revision=2,
    )


def series(id_: str = "ser_1", *, ended: float | None = None) -> Series:
    return Series(
        id=id_,
        start="2026-01-10T00:00",
        duration_seconds=3600,
        time_zone="Asia/Shanghai",
        rule="FREQ=WEEKLY",
        services=("checkout",),
        expected=ExpectedPattern(kind=PatternKind.PARTIAL),
        created_at=at(0),
        ended_at=None if ended is None else at(ended),
    )


def change(id_: str = "chg_1", *, seconds: float = 0) -> Change:
    return Change(
        id=id_, component="gateway", kind="deploy", version="1.4", at=at(seconds), author="li"
    )


def fault(id_: str = "flt_1", *, cleared: float | None = None) -> MonitorFault:
    return MonitorFault(
        id=id_,
        kind=FaultKind.CLOCK_JUMP,
        started_at=at(0),
        detail="+3600 s",
        cleared_at=None if cleared is None else at(cleared),
    )


def check_transition(seconds: float = 0, *, condition: Condition = Condition.FAILED) -> Transition:
    state = CheckState(
        check="ledger-sql",
        component="ledger",
        condition=condition,
        since=at(seconds),
        marks=(Mark(Outcome.OK, at(seconds - 2)), Mark(Outcome.FAILED, at(seconds))),
        bad_since=at(seconds),
        last_ok_at=at(seconds - 2),
        last_seen_at=at(seconds),
        ever_succeeded=True,
    )
    return Transition(
        subject_kind="check",
        subject="ledger-sql",
        at=at(seconds),
        observed=condition.value,
        displayed=condition.value,
        state=state,
    )


def transition(
    status: Status = Status.MAJOR_OUTAGE,
    seconds: float = 0,
    *,
    subject: str = "checkout",
    subject_kind: str = "service",
) -> Transition:
    return Transition(
        subject_kind=subject_kind,
        subject=subject,
        at=at(seconds),
        observed=status.value,
        displayed=status.value,
    )


def event(
    revision: int = 1,
    *,
    subject: str = "inc_1",
    type_: EventType = EventType.INCIDENT_OPENED,
    seconds: float = 0,
) -> Event:
    return Event.of(type_, subject, revision, at(seconds), {"id": subject, "n": [1, 2.5, None]})


def event_batch(number: int, *, seconds: float = 0) -> Batch:
    return Batch(at=at(seconds), events=(event(number, seconds=seconds),))


def full_batch() -> Batch:
    return Batch(
        at=at(1),
        observation=observation(),
        transitions=(check_transition(), transition()),
        incidents=(incident(),),
        windows=(window(),),
        changes=(change(),),
        faults=(fault(),),
        events=(event(),),
    )


def delivery(
    of: Event,
    *,
    receiver: str = "on-call",
    sequence: int = 1,
    status: DeliveryStatus = DeliveryStatus.PENDING,
    seconds: float = 0,
) -> Delivery:
    return Delivery(
        id=f"dlv_{of.id}_{receiver}",
        event=of.id,
        event_type=of.type.value,
        subject=of.subject,
        receiver=receiver,
        sequence=sequence,
        status=status,
        attempts=2,
        created_at=at(seconds),
        due_at=at(seconds + 5),
        reason="timeout",
        detail="no answer",
    )
