"""A small platform, its incidents and windows, and fakes for what publishing needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from monitor.model.cause import Cause, Diagnosis
from monitor.model.codec import to_json
from monitor.model.configuration import Configuration, NoticePolicy
from monitor.model.events import Event
from monitor.model.incident import (
    Incident,
    IncidentStatus,
    Member,
    Onset,
    ServiceImpact,
    Severity,
)
from monitor.model.maintenance import Window
from monitor.model.notice import Notice, NoticeKind, NoticeState
from monitor.model.platform import Component, ComponentKind, Dependency, Platform, Service
from monitor.model.signals import Evidence, SignalKind
from monitor.model.status import Status
from monitor.publish.notices.gather import Gatherer, Known
from monitor.publish.notices.plan import NoticeIntent

START = datetime(2026, 1, 10, 2, 2, 5, 700_000, tzinfo=UTC)
SECRETS = ("ledger-primary", "10.9.8.7", "db-internal", "SELECT secret", "57P01", "98765432")

PLATFORM = Platform(
    names={"zh-CN": "示例信用支付", "en": "Example Credit Pay"},
    contact={"zh-CN": "客服热线 95000", "en": "hotline 95000"},
    issuer={"zh-CN": "示例信用支付服务团队", "en": "The Example Credit Pay team"},
    public_url="http://127.0.0.1:8080",
)


def _needs(*names: str) -> tuple[Dependency, ...]:
    return tuple(Dependency(names=(name,)) for name in names)


SERVICES = (
    Service(
        name="checkout",
        names={"zh-CN": "收银台", "en": "Checkout"},
        critical=True,
        depends_on=(*_needs("gateway"), Dependency(names=("bank-a", "bank-b"))),
        alternatives=("credit-pay",),
    ),
    Service(
        name="credit-pay",
        names={"zh-CN": "信用支付", "en": "Credit Pay"},
        depends_on=_needs("gateway"),
    ),
    Service(
        name="cash-loans",
        names={"zh-CN": "借款", "en": "Cash Loans"},
        depends_on=_needs("ledger-primary"),
        advice={"zh-CN": "借款申请会保留", "en": "Your loan application is kept"},
    ),
    Service(
        name="repayment",
        names={"zh-CN": "还款", "en": "Repayment"},
        depends_on=_needs("ledger-primary", "bank-a"),
    ),
)
COMPONENTS = (
    Component(name="gateway", kind=ComponentKind.SERVER, names={"en": "db-internal"}),
    Component(name="ledger-primary", kind=ComponentKind.DATABASE, names={"en": "db-internal"}),
    Component(
        name="bank-a",
        kind=ComponentKind.THIRD_PARTY,
        public_names={"zh-CN": "甲银行", "en": "Bank A"},
    ),
    Component(name="bank-b", kind=ComponentKind.THIRD_PARTY),
)
CONFIGURATION = Configuration(
    platform=PLATFORM, services=SERVICES, components=COMPONENTS, checks=()
)
GATHERER = Gatherer(CONFIGURATION)
POLICY = NoticePolicy()
ALL_WELL = dict.fromkeys((each.name for each in SERVICES), Status.OPERATIONAL)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def diagnosis(
    cause: Cause = Cause.UNKNOWN, confidence: float = 0.9, component: str = "ledger-primary"
) -> Diagnosis:
    evidence = Evidence(
        signal=SignalKind.SQLSTATE,
        value="57P01",
        component="ledger-primary",
        check="db-internal",
        at=START,
        rule="SELECT secret",
        weight=0.9,
        detail="10.9.8.7",
    )
    return Diagnosis(
        cause=cause,
        subcause="",
        confidence=0.0 if cause is Cause.UNKNOWN else confidence,
        component=component,
        evidence=(evidence,),
    )


def incident(**changes: object) -> Incident:
    """Return an open incident of major severity on the ledger, as changed."""
    onset = Onset(last_ok_at=None, first_failure_at=START)
    base = Incident(
        id="inc_abcdefghijklmnop",
        status=IncidentStatus.OPEN,
        severity=Severity.MAJOR,
        root="ledger-primary",
        members=(Member(component="ledger-primary", onset=onset, joined_at=after(2)),),
        impact=(impact("cash-loans"), impact("repayment")),
        diagnosis=diagnosis(),
        started_at=START,
        confirmed_at=after(2),
        updated_at=after(2),
    )
    made = replace(base, **changes)  # type: ignore[arg-type]  # a test names real fields
    later = made.started_at - START
    return replace(
        made, impact=tuple(replace(each, since=each.since + later) for each in made.impact)
    )


def impact(service: str, worst: Status = Status.MAJOR_OUTAGE) -> ServiceImpact:
    return ServiceImpact(service=service, worst=worst, since=START)


def recovered(base: Incident, seconds: float, *, resolved: bool = False) -> Incident:
    status = IncidentStatus.RESOLVED if resolved else IncidentStatus.MONITORING
    return replace(
        base,
        status=status,
        recovered_at=after(seconds),
        resolved_at=after(seconds + 300) if resolved else None,
        impact=tuple(replace(each, until=after(seconds)) for each in base.impact),
    )


def window(**changes: object) -> Window:
    """Return a scheduled window of checkout from one hour after START, two hours long."""
    base = Window(
        id="win_abcdefghijklmnop",
        start=after(3600),
        end=after(10800),
        planned_end=after(10800),
        created_at=START,
        services=("checkout",),
        internal_note="10.9.8.7",
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # a test names real fields


def notice_of(
    intent: NoticeIntent,
    subject: Incident | Window,
    existing: Sequence[Notice],
    now: datetime,
    known: Known | None = None,
) -> Notice:
    """Return the notice of *intent* as the store would give it back, without texts."""
    known = known or Known(statuses={})
    if isinstance(subject, Incident):
        record = GATHERER.of_incident(intent.kind, subject, existing, known, now)
    else:
        record = GATHERER.of_window(intent.kind, subject, existing, known, now)
    facts = to_json(record)
    assert isinstance(facts, dict)
    return Notice(
        id=f"ntc_{intent.kind.value}_{intent.revision}",
        subject=subject.id,
        kind=intent.kind,
        revision=intent.revision,
        state=NoticeState.PENDING if intent.needs_approval else NoticeState.PUBLISHED,
        services=tuple(each.service for each in record.affected),
        at=now,
        texts={},
        facts=facts,
        next_update_by=record.next_update_by,
    )


@dataclass
class FakeStore:
    """Keeps notices as the real store does: one per subject, kind and revision."""

    kept: list[Notice] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    away: bool = False

    async def save_notice(
        self, notice: Notice, events: Sequence[Event], corrected: Notice | None = None
    ) -> bool:
        self._must_be_there()
        keys = {(each.subject, each.kind, each.revision) for each in self.kept}
        if (notice.subject, notice.kind, notice.revision) in keys:
            return False
        self.kept.append(notice)
        self.events += events
        if corrected is not None:
            await self.update_notice(corrected, ())
        return True

    async def update_notice(self, notice: Notice, events: Sequence[Event]) -> None:
        self._must_be_there()
        self.kept = [notice if each.id == notice.id else each for each in self.kept]
        self.events += events

    async def notices(
        self,
        subject: str | None = None,
        limit: int = 200,
        *,
        state: NoticeState | None = None,
    ) -> list[Notice]:
        self._must_be_there()
        chosen = [
            each
            for each in self.kept
            if subject in (None, each.subject) and state in (None, each.state)
        ]
        return sorted(chosen, key=lambda each: each.at, reverse=True)[:limit]

    def kinds(self) -> list[NoticeKind]:
        return [each.kind for each in self.kept]

    def _must_be_there(self) -> None:
        if self.away:
            raise OSError("the store is away")


@dataclass
class FakeFacts:
    """Says what is known; a test changes it as the world does."""

    services: Mapping[str, Status] = field(default_factory=lambda: dict(ALL_WELL))
    informed: set[str] = field(default_factory=set)
    configured: Configuration = CONFIGURATION

    def configuration(self) -> Configuration:
        return self.configured

    def statuses(self) -> Mapping[str, Status]:
        return self.services

    async def on_call_informed(self, subject: str) -> bool:
        return subject in self.informed


@dataclass
class CountedNotices:
    """Counts what a registry would."""

    told: list[tuple[str, str]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def published(self, kind: str, locale: str) -> None:
        self.told.append((kind, locale))

    def failed(self, kind: str) -> None:
        self.failures.append(kind)
