"""A small platform as a snapshot, and the exposition of it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from monitor.model.cause import Cause, Diagnosis
from monitor.model.check import Check
from monitor.model.configuration import Configuration, ReceiverConfig
from monitor.model.fault import FaultKind, MonitorFault
from monitor.model.incident import Incident, IncidentStatus, Severity
from monitor.model.maintenance import Window, WindowStatus
from monitor.model.observation import Observation, Outcome, Phase
from monitor.model.platform import Platform
from monitor.model.snapshot import Snapshot
from monitor.model.status import Status, StatusView
from monitor.publish.metrics.exposition import Exposition
from monitor.publish.metrics.monitor_metrics import MonitorMetrics
from monitor.schedule.stats import ScheduleStats

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
OPENMETRICS = "application/openmetrics-text;version=1.0.0"

Labels = frozenset[tuple[str, str]]
Series = dict[tuple[str, Labels], float]


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def check(name: str, component: str = "ledger", type_: str = "http", **rest: Any) -> Check:
    return Check(name=name, component=component, type=type_, spec=None, **rest)


def observation(check: Check, **rest: Any) -> Observation:
    values: dict[str, Any] = {
        "scheduled_at": ago(2),
        "started_at": ago(2),
        "duration_seconds": 0.125,
        "outcome": Outcome.OK,
        "phases": {Phase.RESOLVE: 0.001, Phase.CONNECT: 0.024, Phase.WAIT: 0.1},
        **rest,
    }
    return Observation(
        check=check.name,
        component=check.component,
        type=check.type,
        location=check.location,
        **values,
    )


def view(name: str, displayed: Status, observed: Status | None = None) -> StatusView:
    return StatusView(
        name=name, observed=observed or displayed, displayed=displayed, since=NOW, updated_at=NOW
    )


def incident(name: str, status: IncidentStatus = IncidentStatus.OPEN, **rest: Any) -> Incident:
    values: dict[str, Any] = {
        "severity": Severity.CRITICAL,
        "diagnosis": Diagnosis(
            cause=Cause.DATABASE_ANOMALY, subcause="down", confidence=0.9, component="ledger"
        ),
        **rest,
    }
    return Incident(
        id=name,
        status=status,
        root="ledger",
        members=(),
        impact=(),
        started_at=ago(60),
        confirmed_at=ago(50),
        updated_at=ago(50),
        **values,
    )


def window(name: str, status: WindowStatus, **rest: Any) -> Window:
    return Window(
        id=name,
        start=ago(3600),
        end=ago(90),
        planned_end=ago(90),
        created_at=ago(7200),
        status=status,
        **rest,
    )


def snapshot(
    seen: Mapping[Check, Observation | None] | None = None,
    *,
    components: Iterable[StatusView] = (),
    services: Iterable[StatusView] = (),
    incidents: tuple[Incident, ...] = (),
    windows: tuple[Window, ...] = (),
    faults: tuple[FaultKind, ...] = (),
) -> Snapshot:
    seen = seen or {}
    return Snapshot(
        at=NOW,
        version=1,
        services={each.name: each for each in services},
        components={each.name: each for each in components},
        checks={each.name: each for each in seen},
        check_states={},
        observations={each.name: value for each, value in seen.items() if value},
        incidents=incidents,
        windows=windows,
        faults=tuple(MonitorFault(id=kind, kind=kind, started_at=NOW) for kind in faults),
    )


def full_snapshot() -> Snapshot:
    checks = [check(f"check-{n}", type_=("http", "tcp", "sql")[n % 3]) for n in range(30)]
    return snapshot(
        {each: observation(each) for each in checks},
        components=[view("ledger", Status.OPERATIONAL), view("bank", Status.MAJOR_OUTAGE)],
        services=[view("checkout", Status.MAINTENANCE, Status.PARTIAL_OUTAGE)],
        incidents=(incident("inc_a"),),
        windows=(window("mnt_a", WindowStatus.OVERRUNNING, overrun_since=ago(90)),),
        faults=(FaultKind.CLOCK_JUMP,),
    )


class FakeWriter:
    """A store's writer with three changes waiting."""

    waiting = 3
    committed = 40
    rejected = 1
    dropped_batches = 2
    dropped_observations = 5

    @property
    def stats(self) -> "FakeWriter":
        return self

    def oldest_uncommitted_seconds(self) -> float:
        return 6.5


def configuration() -> Configuration:
    return Configuration(
        platform=Platform(names={"en": "Example Credit Pay"}),
        services=(),
        components=(),
        checks=(check("a"),),
        receivers=(ReceiverConfig(name="on-call", type="webhook", spec=None),),
    )


def full_metrics() -> tuple[CollectorRegistry, MonitorMetrics]:
    """All of the monitor's own series, wired as the application does it."""
    registry = CollectorRegistry()
    metrics = MonitorMetrics(registry, version="1.2.3")
    metrics.watch_schedule(ScheduleStats())
    metrics.watch_store(FakeWriter())
    metrics.watch_deliveries(lambda: 1.5)
    metrics.watch_drafts(list)
    metrics.accepted(configuration(), NOW)
    return registry, metrics


async def render(exposition: Exposition, snapshot: Snapshot, accept: str = "") -> str:
    pieces = [piece async for piece in exposition.render(snapshot, accept)]
    return b"".join(pieces).decode()


def families(text: str, *, openmetrics: bool = False) -> list[Metric]:
    parse: Callable[[str], Iterable[Metric]] = parse_openmetrics if openmetrics else parse_text
    return list(parse(text))


def series(text: str, *, openmetrics: bool = False) -> Series:
    found: Series = {}
    for family in families(text, openmetrics=openmetrics):
        for sample in family.samples:
            key = sample.name, frozenset(sample.labels.items())
            assert key not in found, f"twice: {key}"
            found[key] = sample.value
    return found


def named(found: Series, name: str, **labels: str) -> dict[Labels, float]:
    """Return the series of a name that have all these labels."""
    wanted = set(labels.items())
    return {key[1]: value for key, value in found.items() if key[0] == name and wanted <= key[1]}


async def shown(snapshot: Snapshot, exposition: Exposition | None = None) -> Series:
    return series(await render(exposition or Exposition(CollectorRegistry()), snapshot))
