"""A small platform on a bad day: what the operations listener shows in tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from monitor.model.cause import Candidate, Cause, Diagnosis
from monitor.model.check import Check
from monitor.model.configuration import Configuration, ReceiverConfig
from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.model.events import Event, EventType
from monitor.model.fault import FaultKind, MonitorFault
from monitor.model.incident import Incident, IncidentStatus, Member, Onset, ServiceImpact, Severity
from monitor.model.mail import Subscriber
from monitor.model.maintenance import Window, WindowStatus
from monitor.model.observation import Failure, FailureKind, Observation, Outcome, Phase, Stage
from monitor.model.payloads import incident_payload
from monitor.model.platform import Component, ComponentKind, Dependency, Platform, Service
from monitor.model.signals import Evidence, Signal, SignalKind
from monitor.model.snapshot import Snapshot
from monitor.model.status import CheckState, Condition, Status, StatusView

NOW = datetime(2025, 3, 1, 4, 10, tzinfo=UTC)
START = NOW - timedelta(minutes=3, seconds=12)
SPEC_SECRET = "secret-of-a-spec"
RECEIVER_SECRET = "whsec_c2VjcmV0LW9mLWEtcmVjZWl2ZXI"
RUNBOOKS = "https://wiki.example/runbooks"


def names(zh: str, en: str) -> dict[str, str]:
    return {"zh-CN": zh, "en": en}


CONFIGURATION = Configuration(
    platform=Platform(
        names=names("示例信用支付", "Example Credit Pay"),
        public_url="http://127.0.0.1:8080",
        operations_url="http://127.0.0.1:9464",
        runbooks_url=f"{RUNBOOKS}/",
    ),
    services=(
        Service(name="credit-pay", names=names("花呗", "Credit Pay"), critical=True),
        Service(name="cash-loans", names=names("借呗", "Cash Loans")),
        Service(name="repayment", names=names("还款", "Repayment")),
        Service(name="checkout", names=names("收银台", "Checkout"), critical=True),
    ),
    components=(
        Component(
            name="gateway",
            kind=ComponentKind.SERVER,
            names=names("网关", "Gateway"),
            depends_on=(Dependency(("ledger",)),),
        ),
        Component(name="ledger", kind=ComponentKind.DATABASE, names=names("账务库", "Ledger")),
        Component(name="bank-a", kind=ComponentKind.THIRD_PARTY, names=names("甲银行", "Bank A")),
        Component(name="uplink", kind=ComponentKind.NETWORK),
    ),
    checks=(
        Check(name="gateway-http", type="http", component="gateway", spec=SPEC_SECRET),
        Check(name="ledger-sql", type="sql", component="ledger", spec=SPEC_SECRET),
        Check(name="ledger-tcp", type="tcp", component="ledger", spec=SPEC_SECRET),
        Check(name="bank-a-http", type="http", component="bank-a", spec=SPEC_SECRET),
        Check(name="uplink-tcp", type="tcp", component="uplink", spec=SPEC_SECRET),
    ),
    receivers=(ReceiverConfig(name="on-call", type="webhook", spec=SecretStr(RECEIVER_SECRET)),),
)


def _view(name: str, observed: Status, displayed: Status | None = None) -> StatusView:
    since = START if observed.is_bad else NOW - timedelta(hours=30)
    return StatusView(
        name=name, observed=observed, displayed=displayed or observed, since=since, updated_at=NOW
    )


def _observation(
    check: str, outcome: Outcome, stage: Stage, failure: Failure | None = None
) -> Observation:
    configured = next(each for each in CONFIGURATION.checks if each.name == check)
    return Observation(
        check=check,
        component=configured.component,
        type=configured.type,
        location="default",
        scheduled_at=NOW - timedelta(seconds=2),
        started_at=NOW - timedelta(seconds=2),
        duration_seconds=1.5 if failure else 0.0124,
        outcome=outcome,
        stage=stage,
        phases={Phase.CONNECT: 0.0009},
        failure=failure,
        signals=(Signal(SignalKind.ERRNO, 111, "Connection refused"),) if failure else (),
    )


def _state(check: str, component: str, condition: Condition, *, ever: bool = True) -> CheckState:
    return CheckState(
        check=check, component=component, condition=condition, since=START, ever_succeeded=ever
    )


REFUSED = Failure(
    kind=FailureKind.CONNECT_REFUSED, stage=Stage.CONNECT, detail="<b>127.0.0.1:5432</b> refused"
)
SLOW = Failure(kind=FailureKind.RESPONSE_TIMEOUT, stage=Stage.PROTOCOL, detail="no answer in 1.5 s")


def _evidence(kind: SignalKind, value: str | int | bool, check: str, weight: float) -> Evidence:
    return Evidence(
        signal=kind,
        value=value,
        component="ledger",
        check=check,
        at=START + timedelta(seconds=2),
        rule="database_refuses_connections",
        weight=weight,
    )


DIAGNOSIS = Diagnosis(
    cause=Cause.DATABASE_ANOMALY,
    subcause="unreachable",
    confidence=0.92,
    component="ledger",
    evidence=(
        _evidence(SignalKind.ERRNO, 111, "ledger-sql", 0.6),
        _evidence(SignalKind.FAILURE_KIND, "connect_refused", "ledger-tcp", 0.5),
        _evidence(SignalKind.DEPENDENCY_STATUS, "major_outage", "gateway-http", 0.3),
        replace(
            _evidence(SignalKind.CHANGE, "2.14.0", "gateway-http", 0.2),
            against=True,
            detail="deployed 40 min before the onset",
        ),
    ),
    candidates=(
        Candidate(
            cause=Cause.DATABASE_ANOMALY,
            subcause="unreachable",
            confidence=0.92,
            component="ledger",
        ),
        Candidate(cause=Cause.NETWORK_FAULT, subcause="path", confidence=0.31, component="uplink"),
        Candidate(
            cause=Cause.APPLICATION_FAULT, subcause="deploy", confidence=0.12, component="gateway"
        ),
    ),
)
_ONSET = Onset(last_ok_at=START - timedelta(seconds=2), first_failure_at=START)
INCIDENT = Incident(
    id="inc_k3jq7zt5m2lxyw4a",
    status=IncidentStatus.OPEN,
    severity=Severity.CRITICAL,
    root="ledger",
    members=(
        Member(component="ledger", onset=_ONSET, joined_at=START),
        Member(component="gateway", onset=_ONSET, joined_at=START + timedelta(seconds=4)),
    ),
    impact=(
        ServiceImpact(service="credit-pay", worst=Status.MAJOR_OUTAGE, since=START),
        ServiceImpact(service="checkout", worst=Status.PARTIAL_OUTAGE, since=START),
    ),
    diagnosis=DIAGNOSIS,
    started_at=START,
    confirmed_at=START + timedelta(seconds=4),
    updated_at=NOW,
)
RESOLVED = replace(
    INCIDENT,
    id="inc_resolvedresolved",
    status=IncidentStatus.RESOLVED,
    severity=Severity.MAJOR,
    impact=tuple(replace(each, since=NOW - timedelta(days=1)) for each in INCIDENT.impact),
    started_at=NOW - timedelta(days=1),
    confirmed_at=NOW - timedelta(days=1),
    recovered_at=NOW - timedelta(days=1) + timedelta(minutes=12, seconds=30),
    resolved_at=NOW - timedelta(hours=22),
    acknowledged_at=NOW - timedelta(hours=23),
    acknowledged_by="li",
)
WINDOW = Window(
    id="mnt_aaaabbbbccccdddd",
    title=names("甲银行例行维护", "Routine maintenance of Bank A"),
    components=("bank-a",),
    start=NOW - timedelta(minutes=30),
    end=NOW + timedelta(minutes=30),
    planned_end=NOW + timedelta(minutes=30),
    created_at=NOW - timedelta(days=4),
    status=WindowStatus.IN_PROGRESS,
    actual_start=NOW - timedelta(minutes=30),
)
FAULT = MonitorFault(
    id="flt_a", kind=FaultKind.CLOCK_JUMP, started_at=NOW, detail="the clock jumped by 3600 s"
)

SNAPSHOT = Snapshot(
    at=NOW,
    version=7,
    services={
        "credit-pay": _view("credit-pay", Status.MAJOR_OUTAGE),
        "cash-loans": _view("cash-loans", Status.OPERATIONAL),
        "repayment": _view("repayment", Status.OPERATIONAL),
        "checkout": _view("checkout", Status.PARTIAL_OUTAGE),
    },
    components={
        "gateway": _view("gateway", Status.DEGRADED),
        "ledger": _view("ledger", Status.MAJOR_OUTAGE),
        "bank-a": _view("bank-a", Status.OPERATIONAL, Status.MAINTENANCE),
        "uplink": _view("uplink", Status.UNKNOWN),
    },
    checks={each.name: each for each in CONFIGURATION.checks},
    check_states={
        "gateway-http": _state("gateway-http", "gateway", Condition.DEGRADED),
        "ledger-sql": _state("ledger-sql", "ledger", Condition.FAILED),
        "ledger-tcp": _state("ledger-tcp", "ledger", Condition.FAILED, ever=False),
        "bank-a-http": _state("bank-a-http", "bank-a", Condition.OK),
    },
    observations={
        "gateway-http": _observation("gateway-http", Outcome.DEGRADED, Stage.PROTOCOL, SLOW),
        "ledger-sql": _observation("ledger-sql", Outcome.FAILED, Stage.CONNECT, REFUSED),
        "ledger-tcp": _observation("ledger-tcp", Outcome.FAILED, Stage.CONNECT, REFUSED),
        "bank-a-http": _observation("bank-a-http", Outcome.OK, Stage.SEMANTIC),
    },
    incidents=(INCIDENT,),
    windows=(WINDOW,),
    faults=(FAULT,),
)
QUIET = replace(
    SNAPSHOT,
    services={name: _view(name, Status.OPERATIONAL) for name in SNAPSHOT.services},
    components={name: _view(name, Status.OPERATIONAL) for name in SNAPSHOT.components},
    check_states={
        each.name: _state(each.name, each.component, Condition.OK) for each in CONFIGURATION.checks
    },
    observations={
        each.name: _observation(each.name, Outcome.OK, Stage.SEMANTIC)
        for each in CONFIGURATION.checks
    },
    incidents=(),
    windows=(),
    faults=(),
)

EVENTS = (
    Event.of(
        EventType.INCIDENT_OPENED, INCIDENT.id, 1, INCIDENT.confirmed_at, incident_payload(INCIDENT)
    ),
)
DEAD = Delivery(
    id="dlv_aaaabbbbccccdddd",
    event=EVENTS[0].id,
    event_type="incident.opened",
    subject=INCIDENT.id,
    receiver="chat",
    sequence=1,
    status=DeliveryStatus.DEAD,
    attempts=1,
    created_at=START,
    due_at=START,
    reason="client_error",
    detail="HTTP 400: no such channel",
)
WAITING = replace(
    DEAD,
    id="dlv_eeeeffffgggghhhh",
    receiver="on-call",
    status=DeliveryStatus.PENDING,
    attempts=3,
    due_at=NOW + timedelta(seconds=20),
    reason="network",
    detail="ConnectError: Connection refused",
)
SUBSCRIBERS = tuple(
    Subscriber(id=id_, address=address, locale="en", services=(), confirmed_at=START)
    for id_, address in (("sub_a", "li@example.com"), ("sub_b", "wang@example.com"))
)
