"""The monitor's own series, all in one injected registry."""

import platform
from collections.abc import Callable, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector

from monitor.model.configuration import Configuration
from monitor.publish.metrics.collectors import (
    DeliveryCollector,
    DraftCollector,
    ScheduleCollector,
    StoreCollector,
)
from monitor.publish.metrics.counters import (
    BusinessCounters,
    DeliveryCounters,
    IncidentCounters,
    MailCounters,
    NoticeCounters,
    ProbeCounters,
)
from monitor.publish.metrics.sources import ScheduleFigures, Writer


class MonitorMetrics:
    """Holds the counters that other rooms are given, and reads the figures that they keep."""

    def __init__(self, registry: CollectorRegistry, *, version: str) -> None:
        self._registry = registry
        self.incidents = IncidentCounters(registry)
        self.notices = NoticeCounters(registry)
        self.deliveries = DeliveryCounters(registry)
        self.mails = MailCounters(registry)
        self.business = BusinessCounters(registry)
        self.probes = ProbeCounters(registry)
        self._reload_successful = Gauge(
            "availability_config_last_reload_successful",
            "Whether the configuration was accepted when it was last read.",
            registry=registry,
        )
        self._reloaded_at = Gauge(
            "availability_config_last_reload_success_timestamp_seconds",
            "When a configuration was last accepted.",
            registry=registry,
        )
        build = Gauge(
            "availability_build_info",
            "Always 1; the labels say what is running.",
            ["version", "python_version"],
            registry=registry,
        )
        build.labels(version, platform.python_version()).set(1)
        ProcessCollector(registry=registry)

    def accepted(self, configuration: Configuration, at: datetime) -> None:
        """Take note of a configuration: its label values begin at zero, not at their first use."""
        self._reload_successful.set(1)
        self._reloaded_at.set(at.timestamp())
        self.notices.prepare(configuration.platform.locales)
        for receiver in configuration.receivers:
            self.deliveries.prepare(receiver.name)
        for check in configuration.checks:
            self.probes.prepare(check.type, check.location)

    def rejected(self) -> None:
        """Take note that a configuration was refused at a reload; the old one stays."""
        self._reload_successful.set(0)

    def watch_schedule(self, figures: ScheduleFigures) -> None:
        self._registry.register(ScheduleCollector(figures))

    def watch_store(self, writer: Writer) -> None:
        self._registry.register(StoreCollector(writer))

    def watch_drafts(self, ages: Callable[[], Sequence[float]]) -> None:
        self._registry.register(DraftCollector(ages))

    def watch_deliveries(self, oldest_seconds: Callable[[], float]) -> None:
        self._registry.register(DeliveryCollector(oldest_seconds))
