from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry

from monitor.model.batch import Batch
from monitor.model.cause import Cause
from monitor.model.events import Event, EventType
from monitor.model.incident import Incident, IncidentStatus, Severity
from monitor.model.notice import NoticeKind
from monitor.model.observation import MissedReason, Outcome, Trigger
from monitor.publish.deliveries.ports import DeliveryMetrics
from monitor.publish.deliveries.result import DeliveryResult
from monitor.publish.metrics.exposition import Exposition
from monitor.publish.metrics.monitor_metrics import MonitorMetrics
from monitor.publish.notices.ports import NoticeMetrics
from monitor.schedule.stats import ScheduleStats
from tests.publish.metrics.world import (
    NOW,
    check,
    configuration,
    full_metrics,
    incident,
    named,
    observation,
    render,
    series,
    snapshot,
)


def batch(type_: EventType, value: Incident) -> Batch:
    event = Event.of(type_, value.id, value.revision, NOW, {})
    return Batch(at=NOW, incidents=(value,), events=(event,))


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("availability_incidents_opened_total", len(Severity)),
        ("availability_incidents_total", len(Severity) * len(Cause)),
        ("availability_events_total", len(EventType)),
        ("availability_notices_published_total", len(NoticeKind) * 2),
        ("availability_notices_failed_total", len(NoticeKind)),
        ("availability_deliveries_total", len(DeliveryResult)),
        ("availability_probes_total", len(Outcome)),
        ("availability_probes_missed_total", len(MissedReason)),
        ("availability_scheduler_runs_total", len(Trigger)),
    ],
)
async def test_all_label_values_are_there_at_zero_before_anything_happens(
    name: str, count: int
) -> None:
    """A rate over a series that appears with its first failure would miss that failure."""
    registry, _ = full_metrics()

    found = named(series(await render(Exposition(registry), snapshot())), name)

    assert set(found.values()) == {0.0}
    assert len(found) == count


def test_an_incident_is_counted_when_opened_and_with_its_final_cause_when_resolved() -> None:
    registry, metrics = full_metrics()
    opened = incident("inc_a", severity=Severity.MINOR)
    final = replace(
        opened,
        status=IncidentStatus.RESOLVED,
        severity=Severity.MAJOR,
        diagnosis=replace(opened.diagnosis, cause=Cause.SERVER_OVERLOAD),
    )

    metrics.incidents.count(batch(EventType.INCIDENT_OPENED, opened))
    metrics.incidents.count(batch(EventType.INCIDENT_UPDATED, final))
    metrics.incidents.count(batch(EventType.INCIDENT_RESOLVED, final))
    metrics.incidents.count(batch(EventType.INCIDENT_WITHDRAWN, incident("inc_b")))

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, labels)

    assert value("availability_incidents_opened_total", severity="minor") == 1
    assert value("availability_incidents_opened_total", severity="major") == 0
    resolved = "availability_incidents_total"
    assert value(resolved, cause="server_overload", severity="major") == 1
    assert value(resolved, cause="database_anomaly", severity="critical") == 0
    assert value("availability_events_total", type="incident.updated") == 1
    assert value("availability_events_total", type="incident.withdrawn") == 1


def test_notices_and_deliveries_are_counted_through_the_ports_of_their_rooms() -> None:
    registry, metrics = full_metrics()
    notices: NoticeMetrics = metrics.notices
    deliveries: DeliveryMetrics = metrics.deliveries

    notices.published("disruption", "zh-CN")
    notices.failed("recovery")
    deliveries.count_delivery("on-call", DeliveryResult.RETRY)
    deliveries.count_delivery("on-call", DeliveryResult.RETRY)

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, labels)

    published = "availability_notices_published_total"
    assert value(published, kind="disruption", locale="zh-CN") == 1
    assert value(published, kind="disruption", locale="en") == 0
    assert value("availability_notices_failed_total", kind="recovery") == 1
    attempts = "availability_deliveries_total"
    assert value(attempts, receiver="on-call", result="retry") == 2
    assert value(attempts, receiver="on-call", result="dead") == 0


def test_runs_are_counted_per_type_and_a_missed_one_has_no_duration() -> None:
    registry, metrics = full_metrics()
    sql = check("a", type_="sql")

    metrics.probes.observe(observation(sql))
    metrics.probes.observe(observation(sql, outcome=Outcome.FAILED, duration_seconds=2.0))
    metrics.probes.observe(observation(sql, outcome=Outcome.MISSED, duration_seconds=0.0))

    labels = {"type": "sql", "location": "default"}
    seen = {
        outcome: registry.get_sample_value(
            "availability_probes_total", {**labels, "outcome": outcome}
        )
        for outcome in Outcome
    }
    assert seen == {"ok": 1, "failed": 1, "missed": 1, "degraded": 0}
    duration = "availability_probe_type_duration_seconds"
    assert registry.get_sample_value(f"{duration}_count", labels) == 2
    assert registry.get_sample_value(f"{duration}_sum", labels) == 2.125
    assert registry.get_sample_value(f"{duration}_bucket", {**labels, "le": "0.25"}) == 1


async def test_the_schedule_is_read_at_the_moment_of_the_scrape() -> None:
    registry = CollectorRegistry()
    metrics = MonitorMetrics(registry, version="1")
    stats = ScheduleStats()
    metrics.watch_schedule(stats)

    stats.lateness.add(0.002)
    stats.missed[MissedReason.CAPACITY] += 4
    stats.recent_lags.append(1.25)
    stats.in_flight = 7

    lateness = "availability_scheduler_lateness_seconds"
    assert registry.get_sample_value(f"{lateness}_bucket", {"le": "0.001"}) == 0
    assert registry.get_sample_value(f"{lateness}_bucket", {"le": "0.0025"}) == 1
    assert registry.get_sample_value(f"{lateness}_bucket", {"le": "+Inf"}) == 1
    assert registry.get_sample_value(f"{lateness}_count") == 1
    missed = "availability_probes_missed_total"
    assert registry.get_sample_value(missed, {"reason": "capacity"}) == 4
    assert registry.get_sample_value("availability_event_loop_lag_seconds") == 1.25
    assert registry.get_sample_value("availability_probes_in_flight") == 7


def test_the_store_and_the_deliveries_say_how_long_something_waits() -> None:
    registry, _ = full_metrics()

    value = registry.get_sample_value
    assert value("availability_store_oldest_uncommitted_seconds") == 6.5
    assert value("availability_store_waiting_batches") == 3
    assert value("availability_store_batches_total", {"result": "dropped"}) == 2
    assert value("availability_delivery_oldest_seconds") == 1.5


@pytest.mark.parametrize(("ages", "count", "oldest"), [([], 0, 0), ([3.0, 61.5], 2, 61.5)])
def test_what_waits_for_a_person_is_counted(ages: list[float], count: int, oldest: float) -> None:
    registry = CollectorRegistry()
    MonitorMetrics(registry, version="1").watch_drafts(lambda: ages)

    assert registry.get_sample_value("availability_notice_drafts_waiting") == count
    assert registry.get_sample_value("availability_notice_draft_oldest_seconds") == oldest


def test_a_refused_configuration_shows_until_one_is_accepted() -> None:
    registry, metrics = full_metrics()
    name = "availability_config_last_reload_successful"

    metrics.rejected()
    refused = registry.get_sample_value(name)
    metrics.accepted(configuration(), NOW)

    assert (refused, registry.get_sample_value(name)) == (0, 1)
    stamp = "availability_config_last_reload_success_timestamp_seconds"
    assert registry.get_sample_value(stamp) == NOW.timestamp()


def test_two_monitors_in_one_process_do_not_share_figures() -> None:
    one, first = full_metrics()
    other, _ = full_metrics()

    first.notices.failed("update")

    labels = {"kind": "update"}
    assert one.get_sample_value("availability_notices_failed_total", labels) == 1
    assert other.get_sample_value("availability_notices_failed_total", labels) == 0
