"""Collectors that read other rooms' figures at the moment of a scrape."""

import math
from collections.abc import Callable, Iterator, Sequence

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from monitor.publish.metrics.sources import HistogramFigures, ScheduleFigures, Writer


class ScheduleCollector(Collector):
    """How well the schedule keeps its times."""

    def __init__(self, figures: ScheduleFigures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        yield from self._runs()
        yield from self._loop()
        yield _histogram(
            "availability_scheduler_lateness_seconds",
            "How much later than planned the runs of checks began.",
            self._figures.lateness,
        )

    def _runs(self) -> Iterator[Metric]:
        figures = self._figures
        yield GaugeMetricFamily(
            "availability_checks", "Checks that are watched.", value=figures.checks
        )
        yield GaugeMetricFamily(
            "availability_probes_in_flight", "Probes running now.", value=figures.in_flight
        )
        runs = CounterMetricFamily(
            "availability_scheduler_runs_total",
            "Runs of checks that were started, by what asked for them.",
            labels=["trigger"],
        )
        for trigger, count in figures.runs.items():
            runs.add_metric([trigger], count)
        missed = CounterMetricFamily(
            "availability_probes_missed_total",
            "Runs of checks that did not happen, by reason.",
            labels=["reason"],
        )
        for reason, count in figures.missed.items():
            missed.add_metric([reason], count)
        yield runs
        yield missed

    def _loop(self) -> Iterator[Metric]:
        figures = self._figures
        yield GaugeMetricFamily(
            "availability_event_loop_lag_seconds",
            "The worst lag of the event loop in the last 15 seconds.",
            value=figures.loop_lag_seconds,
        )
        yield CounterMetricFamily(
            "availability_clock_jumps_total",
            "Steps of the wall clock of more than two seconds.",
            value=figures.clock_jumps,
        )
        yield CounterMetricFamily(
            "availability_scheduler_errors_total",
            "Faults of the monitor's own code that the schedule caught; the log has them.",
            value=figures.errors,
        )


class StoreCollector(Collector):
    """Whether what happens reaches the store."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def collect(self) -> Iterator[Metric]:
        stats = self._writer.stats
        yield GaugeMetricFamily(
            "availability_store_oldest_uncommitted_seconds",
            "For how long the oldest change has waited to be committed, 0 where none waits.",
            value=self._writer.oldest_uncommitted_seconds(),
        )
        yield GaugeMetricFamily(
            "availability_store_waiting_batches",
            "Changes that wait to be committed.",
            value=stats.waiting,
        )
        batches = CounterMetricFamily(
            "availability_store_batches_total",
            "Changes by what became of them.",
            labels=["result"],
        )
        batches.add_metric(["committed"], stats.committed)
        batches.add_metric(["rejected"], stats.rejected)
        batches.add_metric(["dropped"], stats.dropped_batches)
        yield batches
        yield CounterMetricFamily(
            "availability_store_dropped_observations_total",
            "Observations that never came into the rollups.",
            value=stats.dropped_observations,
        )


class DraftCollector(Collector):
    """How many drafts of notices wait for a person, and for how long."""

    def __init__(self, ages: Callable[[], Sequence[float]]) -> None:
        self._ages = ages

    def collect(self) -> Iterator[Metric]:
        ages = self._ages()
        yield GaugeMetricFamily(
            "availability_notice_drafts_waiting",
            "Notices that wait for a person to approve or reject them.",
            value=len(ages),
        )
        yield GaugeMetricFamily(
            "availability_notice_draft_oldest_seconds",
            "Age of the oldest notice that waits for a person, 0 where none does.",
            value=max(ages, default=0.0),
        )


class DeliveryCollector(Collector):
    """How long the oldest delivery has waited."""

    def __init__(self, oldest_seconds: Callable[[], float]) -> None:
        self._oldest_seconds = oldest_seconds

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "availability_delivery_oldest_seconds",
            "Age of the oldest delivery that still waits, 0 where none does.",
            value=self._oldest_seconds(),
        )


def _histogram(name: str, help_text: str, figures: HistogramFigures) -> Metric:
    buckets = [
        ("+Inf" if math.isinf(bound) else str(bound), count) for bound, count in figures.buckets()
    ]
    return HistogramMetricFamily(name, help_text, buckets, figures.total_seconds)
