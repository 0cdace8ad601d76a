"""Records made by hand, for the tests of what is made of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from monitor.model.cause import Cause
from monitor.model.signals import SignalKind
from tests.scenarios.protocol import Record, Sample
from tests.scenarios.scenario import Scenario, Truth, cite
from tests.scenarios.stand import Stand

Json = dict[str, Any]
ON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@contextmanager
def no_fault(_: Stand, __: Random) -> Iterator[None]:
    yield


FAULT = Scenario(
    id="O99",
    title="a database that is gone",
    fault=no_fault,
    truth=Truth(
        cause=Cause.DATABASE_ANOMALY,
        components=frozenset({"postgres"}),
        must_cite=(cite("refused", SignalKind.FAILURE_KIND, values="connect_refused"),),
    ),
)
OWN_FAULT = Scenario(
    id="O98",
    title="the monitor's own",
    fault=no_fault,
    truth=Truth(
        cause=Cause.MONITOR_FAULT,
        components=frozenset({"monitor"}),
        must_cite=(cite("names fail", SignalKind.FAILURE_KIND, values="name_timeout"),),
    ),
)
CONTROL = Scenario(id="N99", title="nothing at all", fault=no_fault)


def at(seconds: float) -> datetime:
    """Return a moment after the injection."""
    return ON + timedelta(seconds=seconds)


def evidence(value: str = "connect_refused", *, seconds: float = 2.0, **changes: Any) -> Json:
    """Return one item of evidence."""
    item = {"signal": "failure_kind", "component": "postgres", "check": "postgres-port"}
    item["rule"] = "database_failure"
    rest = {"value": value, "at": at(seconds).isoformat(), "against": False}
    return {**item, **rest, **changes}


def incident(cause: Cause = Cause.DATABASE_ANOMALY, **changes: Any) -> Json:
    """Return an incident as the API shows it."""
    return {
        "id": "inc-1",
        "status": "open",
        "cause": cause.value,
        "subcause": "down",
        "cause_component": "postgres",
        "confidence": 0.9,
        "confirmed_at": at(4).isoformat(),
        "evidence": [evidence()],
        "candidates": [{"cause": cause.value}],
        **changes,
    }


def record(scenario: Scenario, *seen: tuple[float, list[Json]], **changes: Any) -> Record:
    """Return a record of a hold of forty seconds with samples at *seen* seconds."""
    samples = [Sample(at=at(when), incidents=tuple(each), faults=()) for when, each in seen]
    return Record(scenario=scenario, seed=1, on=ON, off=at(40), **{"samples": samples, **changes})
