"""Incidents, maintenance and faults of one snapshot as metric families."""

from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from monitor.model.cause import Cause
from monitor.model.fault import FaultKind
from monitor.model.incident import IncidentStatus, Severity
from monitor.model.maintenance import WindowStatus
from monitor.model.snapshot import Snapshot


class Present(Collector):
    """A collector whose size does not depend on how much is watched."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        yield self._incidents()
        yield from self._maintenance()
        yield self._faults()

    def _incidents(self) -> Metric:
        family = GaugeMetricFamily(
            "availability_incidents_open",
            "Incidents that are open; one whose recovery is being watched is not.",
            labels=["cause", "severity"],
        )
        count = Counter(
            (each.effective_cause, each.effective_severity)
            for each in self._snapshot.incidents
            if each.status is IncidentStatus.OPEN
        )
        for cause in Cause:
            for severity in Severity:
                family.add_metric([cause, severity], count[cause, severity])
        return family

    def _maintenance(self) -> Iterator[Metric]:
        windows = [each for each in self._snapshot.windows if each.status.is_active]
        overrun = [
            (self._snapshot.at - (each.overrun_since or each.end)).total_seconds()
            for each in windows
            if each.status is WindowStatus.OVERRUNNING
        ]
        yield GaugeMetricFamily(
            "availability_maintenance_active",
            "Maintenance windows that are going on, overrunning ones included.",
            value=len(windows),
        )
        yield GaugeMetricFamily(
            "availability_maintenance_overrun_seconds",
            "How far the longest overrunning window is past its planned end, 0 without one.",
            value=max(overrun, default=0.0),
        )

    def _faults(self) -> Metric:
        family = GaugeMetricFamily(
            "availability_monitor_fault",
            "Whether the monitor has a fault of its own, by kind.",
            labels=["kind"],
        )
        present = {each.kind for each in self._snapshot.faults if each.cleared_at is None}
        for kind in FaultKind:
            family.add_metric([kind], kind in present)
        return family
