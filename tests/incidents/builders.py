"""A small graph and values for the tests of incidents."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.incidents.identity import ComponentFailure
from monitor.incidents.transitions import open_incident
from monitor.model.cause import Cause, Diagnosis
from monitor.model.graph import Graph
from monitor.model.incident import Incident, Onset
from monitor.model.platform import Component, ComponentKind, Dependency, Service

START = datetime(2026, 3, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def _component(name: str, *needs: Dependency) -> Component:
    return Component(name=name, kind=ComponentKind.SERVER, depends_on=needs)


def one(name: str, *, soft: bool = False) -> Dependency:
    return Dependency((name,), soft=soft)


GRAPH = Graph(
    [
        _component("ledger"),
        _component("bank-a"),
        _component("bank-b"),
        _component("gateway", one("ledger")),
        _component("mailer", one("ledger")),
    ],
    [
        Service(name="quote", names={}, critical=True, depends_on=(one("gateway"),)),
        Service(
            name="checkout",
            names={},
            depends_on=(one("gateway"), one("bank-a", soft=True), one("bank-b")),
        ),
    ],
)


def failure(
    component: str = "ledger",
    began: float = 10,
    last_ok: float | None = 8,
    window: str | None = None,
) -> ComponentFailure:
    onset = Onset(last_ok_at=None if last_ok is None else at(last_ok), first_failure_at=at(began))
    return ComponentFailure(
        component=component, onset=onset, confirmed_at=at(began + 2), window=window
    )


def verdict(
    cause: Cause = Cause.DATABASE_ANOMALY,
    confidence: float = 0.8,
    subcause: str = "down",
    component: str = "ledger",
) -> Diagnosis:
    return Diagnosis(cause=cause, subcause=subcause, confidence=confidence, component=component)


def incident(component: str = "ledger", **changed: Any) -> Incident:
    return replace(open_incident(failure(component), verdict()), **changed)
