"""A small watched platform on a scripted clock: probes are told what they see, rounds pass."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from statistics import median

from monitor.diagnosis.case import Case
from monitor.diagnosis.verdict import diagnose
from monitor.model.announcement import Announcement
from monitor.model.cause import Diagnosis
from monitor.model.change import Change
from monitor.model.check import Check
from monitor.model.graph import Graph
from monitor.model.incident import Onset
from monitor.model.maintenance import Window
from monitor.model.observation import (
    Failure,
    FailureKind,
    Observation,
    Outcome,
    Phase,
    Stage,
)
from monitor.model.platform import Component, ComponentKind, Dependency, Service
from monitor.model.signals import Signal, SignalKind, SignalValue
from monitor.model.status import CheckState, Condition, Status

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
INTERVAL = timedelta(seconds=2)

SERVER, DATABASE = ComponentKind.SERVER, ComponentKind.DATABASE
THIRD_PARTY, NETWORK = ComponentKind.THIRD_PARTY, ComponentKind.NETWORK

Signals = Mapping[SignalKind, SignalValue]


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What a probe sees: an outcome with its time, failure and signals."""

    outcome: Outcome = Outcome.OK
    seconds: float = 0.02
    kind: FailureKind | None = None
    stage: Stage = Stage.PROTOCOL
    signals: Signals = field(default_factory=dict)
    details: Mapping[SignalKind, str] = field(default_factory=dict)
    announcements: tuple[Announcement, ...] = ()
    connect: float | None = 0.001
    tls: float | None = None


def _kinds(signals: Mapping[str, SignalValue]) -> Signals:
    return {SignalKind(name): value for name, value in signals.items()}


OK = Sight()


def ok(seconds: float = 0.02, **signals: SignalValue) -> Sight:
    return Sight(seconds=seconds, signals=_kinds(signals))


def slow(seconds: float = 1.2, **signals: SignalValue) -> Sight:
    return Sight(
        outcome=Outcome.DEGRADED,
        seconds=seconds,
        kind=FailureKind.THRESHOLD_EXCEEDED,
        signals=_kinds(signals),
    )


def failed(
    kind: FailureKind, seconds: float = 0.01, stage: Stage = Stage.PROTOCOL, **signals: SignalValue
) -> Sight:
    return Sight(
        outcome=Outcome.FAILED, seconds=seconds, kind=kind, stage=stage, signals=_kinds(signals)
    )


def status(code: int, seconds: float = 0.02, **signals: SignalValue) -> Sight:
    return failed(
        FailureKind.STATUS_UNEXPECTED, seconds, Stage.SEMANTIC, http_status=code, **signals
    )


def unconnected(kind: FailureKind, seconds: float = 0.001, **signals: SignalValue) -> Sight:
    seen = failed(kind, seconds, Stage.CONNECT, **signals)
    return replace(seen, connect=None)


REFUSED = unconnected(FailureKind.CONNECT_REFUSED)
NO_ANSWER = failed(FailureKind.RESPONSE_TIMEOUT, 1.5)


@dataclass
class World:
    """Components with their checks; `round` lets every check run once.

    *types* holds the type of every check that is not http.
    """

    components: tuple[Component, ...]
    checks: Mapping[str, str]
    services: tuple[Service, ...] = ()
    now: datetime = START
    recent: dict[str, list[Observation]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    excusing: Window | None = None
    types: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.recent = {name: [] for name in self.checks}

    def round(self, seen: Mapping[str, Sight] | None = None, *, times: int = 1) -> "World":
        """Let rounds pass: *seen* by check or component name, everything else is well."""
        known = {*self.checks, *self.checks.values()}
        assert set(seen or {}) <= known, "a sight of something that is not watched"
        for _ in range(times):
            self.now += INTERVAL
            for index, (check, component) in enumerate(self.checks.items()):
                sight = (seen or {}).get(check) or (seen or {}).get(component) or OK
                at = self.now + timedelta(milliseconds=50 * index)
                self.see(check, sight, at)
        return self

    def see(self, check: str, sight: Sight, at: datetime) -> None:
        """Record one run of *check*."""
        spans = {Phase.CONNECT: sight.connect, Phase.TLS: sight.tls}
        phases = {phase: seconds for phase, seconds in spans.items() if seconds is not None}
        failure = None if sight.kind is None else Failure(kind=sight.kind, stage=sight.stage)
        self.recent[check].append(
            Observation(
                check=check,
                component=self.checks[check],
                type=self.types.get(check, "http"),
                location="default",
                scheduled_at=at,
                started_at=at,
                duration_seconds=sight.seconds,
                outcome=sight.outcome,
                stage=sight.stage,
                phases=phases,
                failure=failure,
                signals=tuple(
                    Signal(kind, value, sight.details.get(kind, ""))
                    for kind, value in sight.signals.items()
                ),
                announcements=sight.announcements,
            )
        )

    def change(self, component: str, kind: str = "deploy", seconds_ago: float = 5.0) -> "World":
        """Report a change of *component*."""
        at = self.now - timedelta(seconds=seconds_ago)
        made = Change(id="chg_1", component=component, kind=kind, version="2.0.1", at=at)
        self.changes.append(made)
        return self

    def case(self, component: str) -> Case:
        """Lay out the case of *component*, as the engine would."""
        onset = self._onset(component)
        return Case(
            component=component,
            onset=onset,
            graph=Graph(self.components, self.services),
            own={each.name: self._own(each.name) for each in self.components},
            checks={
                name: Check(
                    name=name, type=self.types.get(name, "http"), component=owner, spec=None
                )
                for name, owner in self.checks.items()
            },
            states={name: self._state(name) for name in self.checks},
            recent={name: tuple(each) for name, each in self.recent.items()},
            baselines=self._baselines(onset.first_failure_at),
            changes=tuple(self.changes),
            excusing=self.excusing,
        )

    def diagnose(self, component: str) -> Diagnosis:
        return diagnose(self.case(component), self.now)

    def _state(self, check: str) -> CheckState:
        seen = [each for each in self.recent[check] if _counts(each)]
        good = [index for index, each in enumerate(seen) if each.outcome is Outcome.OK]
        spell = seen[good[-1] + 1 :] if good else seen
        condition = Condition.FAILED if spell else Condition.OK
        return CheckState(
            check=check,
            component=self.checks[check],
            condition=condition,
            bad_since=spell[0].started_at if spell else None,
            last_ok_at=seen[good[-1]].started_at if good else None,
            last_seen_at=seen[-1].started_at if seen else None,
            ever_succeeded=any(each.succeeded for each in seen),
        )

    def _own(self, component: str) -> Status:
        states = [self._state(name) for name, owner in self.checks.items() if owner == component]
        bad = sum(each.condition is Condition.FAILED for each in states)
        if not bad:
            return Status.OPERATIONAL
        return Status.MAJOR_OUTAGE if bad == len(states) else Status.PARTIAL_OUTAGE

    def _onset(self, component: str) -> Onset:
        spells = [
            Onset(last_ok_at=state.last_ok_at, first_failure_at=state.bad_since)
            for name, owner in self.checks.items()
            if owner == component and (state := self._state(name)).bad_since is not None
        ]
        none = Onset(last_ok_at=None, first_failure_at=self.now)
        return min(spells, key=lambda each: each.first_failure_at, default=none)

    def _baselines(self, before: datetime) -> dict[str, float]:
        result = {}
        for name, seen in self.recent.items():
            good = [
                each.duration_seconds
                for each in seen
                if each.outcome is Outcome.OK and each.started_at < before
            ]
            if good:
                result[name] = median(good)
        return result


def _counts(seen: Observation) -> bool:
    ours = (FailureKind.LOCAL_RESOURCE, FailureKind.PROBE_BUG)
    return seen.outcome is not Outcome.MISSED and not (seen.failure and seen.failure.kind in ours)


def needs(*names: str, soft: bool = False) -> tuple[Dependency, ...]:
    return tuple(Dependency((name,), soft=soft) for name in names)


def component(name: str, kind: ComponentKind, depends_on: tuple[Dependency, ...] = ()) -> Component:
    return Component(name=name, kind=kind, depends_on=depends_on)


FUNCTIONS = ("credit-pay", "cash-loans", "repayment", "checkout")


def platform(*, host: bool = True) -> World:
    """Return the demo's platform after ten good rounds; *host* adds a check that needs no data."""
    below = ("ledger", "gateway-host") if host else ("ledger",)
    banks = Dependency(("bank-a", "bank-b"), soft=True)
    parts = [
        component("ledger", DATABASE),
        component("gateway", SERVER, (*needs(*below), banks)),
        component("bank-a", THIRD_PARTY),
        component("bank-b", THIRD_PARTY),
    ]
    checks = {
        "ledger-tcp": "ledger",
        "ledger-sql": "ledger",
        **dict.fromkeys(FUNCTIONS, "gateway"),
        "bank-a-ping": "bank-a",
        "bank-b-ping": "bank-b",
    }
    if host:
        parts.append(component("gateway-host", SERVER))
        checks["healthz"] = "gateway-host"
    return World(tuple(parts), checks).round(times=10)
