"""A scripted world for the engine: a graph, a clock in seconds, and observations on demand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.engine.engine import Engine
from monitor.model.batch import Batch, SavedState
from monitor.model.check import Check, Confirmation
from monitor.model.configuration import Configuration, MaintenancePolicy, WatchPolicy
from monitor.model.events import Event
from monitor.model.incident import Incident
from monitor.model.observation import (
    Failure,
    FailureKind,
    Observation,
    Outcome,
    Phase,
    Stage,
    Trigger,
)
from monitor.model.platform import Component, ComponentKind, Dependency, Platform, Service
from monitor.model.signals import Signal, SignalKind
from monitor.model.status import Status

T0 = datetime(2026, 1, 10, 0, 0, tzinfo=UTC)
INTERVAL = 2.0


def hard(*names: str) -> tuple[Dependency, ...]:
    """Return hard dependencies on *names*."""
    return tuple(Dependency((each,)) for each in names)


def component(name: str, kind: ComponentKind, *needs: str) -> Component:
    """Return a component with hard dependencies."""
    return Component(name=name, kind=kind, depends_on=hard(*needs))


def credit_platform(*, canary: bool = False) -> Configuration:
    """Return two services on a gateway with a ledger and two banks, one check each."""
    components = (
        component("ledger", ComponentKind.DATABASE),
        component("gateway", ComponentKind.SERVER, "ledger"),
        component("bank-a", ComponentKind.THIRD_PARTY),
        component("bank-b", ComponentKind.THIRD_PARTY),
    )
    services = (
        Service(
            name="checkout",
            names={"en": "Checkout"},
            critical=True,
            depends_on=(
                *hard("gateway"),
                Dependency(("bank-a",), soft=True),
                Dependency(("bank-b",), soft=True),
            ),
        ),
        Service(name="repayment", names={"en": "Repayment"}, depends_on=hard("gateway")),
    )
    checks = tuple(check(each.name, canary=canary) for each in components)
    return Configuration(
        platform=Platform(names={"en": "Example"}),
        services=services,
        components=components,
        checks=checks,
        watch=WatchPolicy(seconds=15, critical_seconds=15),
        maintenance=MaintenancePolicy(overrun_grace_seconds=15),
    )


def check(component_name: str, *, canary: bool = False) -> Check:
    """Return the one check of a component, named after it."""
    return Check(
        name=f"{component_name}-check",
        type="http",
        component=component_name,
        spec=None,
        interval_seconds=INTERVAL,
        timeout_seconds=1.0,
        confirmation=Confirmation(),
        canary=canary,
    )


class World:
    """Drives an engine through scripted rounds; `broken` names the failing components."""

    def __init__(
        self, configuration: Configuration | None = None, saved: SavedState | None = None
    ) -> None:
        self.configuration = configuration or credit_platform()
        self.now = T0
        self.engine = Engine(self.configuration, saved or SavedState(), self.now)
        self.batches: list[Batch] = [self.engine.settle(self.now)]
        self.broken: dict[str, Outcome] = {}
        self.failures: dict[str, Failure] = {}
        self.signals: dict[str, tuple[Signal, ...]] = {}
        self.exceeded: dict[str, tuple[Signal, ...]] = {}
        self.silent: set[str] = set()
        # What the checks of pages and calendars see besides, by name.
        self.said: dict[str, dict[str, Any]] = {}

    def rounds(self, count: int) -> None:
        """Let *count* rounds of all checks pass, the engine advancing every second."""
        for _ in range(count):
            for each in self.configuration.checks:
                if each.name not in self.silent:
                    self.see(each)
            for _ in range(int(INTERVAL)):
                self.now += timedelta(seconds=1)
                self.batches.append(self.engine.advance(self.now))

    def see(self, each: Check, trigger: Trigger = Trigger.SCHEDULE) -> None:
        """Let one check run now."""
        outcome = self.broken.get(each.component, Outcome.OK)
        failed = outcome is Outcome.FAILED
        refused = Failure(kind=FailureKind.CONNECT_REFUSED, stage=Stage.CONNECT)
        observation = Observation(
            check=each.name,
            component=each.component,
            type=each.type,
            location="default",
            scheduled_at=self.now,
            started_at=self.now,
            duration_seconds=0.01,
            outcome=outcome,
            stage=Stage.CONNECT if failed else Stage.SEMANTIC,
            failure=self.failures.get(each.component, refused) if failed else None,
            signals=self.signals.get(each.component, ()),
            phases={} if failed else {Phase.CONNECT: 0.001},
            trigger=trigger,
        )
        if figures := self.exceeded.get(each.component):
            exceeded = Failure(kind=FailureKind.THRESHOLD_EXCEEDED, stage=Stage.SEMANTIC)
            observation = replace(observation, failure=exceeded, signals=figures)
        observation = replace(observation, **self.said.get(each.name, {}))
        self.batches.append(self.engine.observe(observation, self.now))
        if self.engine.is_dirty:
            self.batches.append(self.engine.settle(self.now))

    def break_(self, *names: str) -> None:
        """Make components fail from now on."""
        self.repair(*names)
        self.broken.update(dict.fromkeys(names, Outcome.FAILED))

    def exceed(self, name: str, kind: SignalKind, outcome: Outcome = Outcome.DEGRADED) -> None:
        """Let a figure of a component lie beyond its limit, while it does its work."""
        self.broken[name] = outcome
        self.exceeded[name] = (Signal(kind, 0.7), Signal(SignalKind.LIMIT_EXCEEDED, kind.value))

    def repair(self, *names: str) -> None:
        """Make components work again."""
        for name in names:
            self.broken.pop(name, None)
            self.exceeded.pop(name, None)

    def restart(self) -> None:
        """Kill the monitor and start it from what its batches would have stored."""
        saved = stored(self.batches)
        self.engine = Engine(self.configuration, saved, self.now)
        self.batches.append(self.engine.settle(self.now))

    @property
    def events(self) -> list[Event]:
        """All events so far, in order."""
        return [event for batch in self.batches for event in batch.events]

    @property
    def event_types(self) -> list[str]:
        """The types of all events so far, in order."""
        return [event.type.value for event in self.events]

    @property
    def incidents(self) -> list[Incident]:
        """All incidents the engine knows, oldest first."""
        return sorted(self.engine.memory.incidents.values(), key=lambda each: each.started_at)

    def shown(self, name: str) -> Status:
        """Return the displayed status of a component or service."""
        return self.engine.memory.views[name].displayed


def stored(batches: list[Batch]) -> SavedState:
    """Return what a store would give back after *batches*."""
    incidents = {each.id: each for batch in batches for each in batch.incidents}
    windows = {each.id: each for batch in batches for each in batch.windows}
    series = {each.id: each for batch in batches for each in batch.series}
    transitions = [each for batch in batches for each in batch.transitions]
    states = {each.subject: each.state for each in transitions if each.state is not None}
    statuses = {each.subject: each for each in transitions if each.state is None}
    return SavedState(
        checks=tuple(states.values()),
        statuses=tuple(statuses.values()),
        incidents=tuple(incidents.values()),
        windows=tuple(windows.values()),
        series=tuple(each for each in series.values() if each.ended_at is None),
    )
