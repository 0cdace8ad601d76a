"""The look-alikes, rows 8 to 14: disks, maintenance, deploys, chains, the monitor, firewalls."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.model.announcement import Announcement, AnnouncementStatus
from monitor.model.cause import Cause
from monitor.model.observation import FailureKind as Kind
from monitor.model.observation import Stage
from monitor.model.signals import SignalKind
from tests.diagnosis.rows import UNREACHABLE, UNRESOLVED
from tests.diagnosis.watched import Watched, figures, rules_of, verdict_of, watched
from tests.diagnosis.world import NO_ANSWER, REFUSED, Sight, failed, ok, platform, slow, status


# 8: a full disk, or a fault of the database.
def test_row_8_a_full_disk_is_told_by_the_code_and_by_the_disk() -> None:
    world = watched()
    full = failed(Kind.WRITE_FAILED, 0.02, Stage.BUSINESS, sqlstate="53100", write_ok=False)
    disk = figures("disk_free_ratio", failed=True, disk_free_ratio=0.0)
    verdict = world.round({"ledger-sql": full, "ledger-host": disk}, times=2).diagnose("ledger")
    assert verdict_of(verdict) == (Cause.DATABASE_ANOMALY, "disk")
    assert {"database_code", "database_disk_full"} <= rules_of(verdict)


def test_row_8_a_clean_disk_beside_a_broken_page_is_the_database() -> None:
    broken = failed(Kind.QUERY_FAILED, 0.02, Stage.SEMANTIC, sqlstate="XX001")
    verdict = watched().round({"ledger-sql": broken}, times=2).diagnose("ledger")
    assert verdict_of(verdict) == (Cause.DATABASE_ANOMALY, "corruption")
    assert "database_disk_full" not in rules_of(verdict)


# 9: maintenance, or an outage.
def _page(world: Watched, word: AnnouncementStatus, **other: Any) -> Sight:
    """Return what the bank's page says: its work began a moment before now."""
    work = Announcement(
        id="work-7",
        check="bank-page",
        title="move of the database",
        status=word,
        start=world.now - timedelta(minutes=10),
        end=world.now + timedelta(minutes=30),
        components=("bank-a",),
    )
    return replace(world.quiet["bank-page"], announcements=(replace(work, **other),))


@pytest.mark.parametrize(
    "word",
    [AnnouncementStatus.IN_PROGRESS, AnnouncementStatus.UNKNOWN],
    ids=lambda each: each.value,
)
def test_row_9_work_that_they_announced_is_maintenance(word: AnnouncementStatus) -> None:
    world = watched()
    world.quiet["bank-page"] = _page(world, word)
    verdict = world.round({"bank-a-ping": status(503)}, times=2).diagnose("bank-a")
    assert verdict_of(verdict) == (Cause.MAINTENANCE, "third_party")
    found = next(each for each in verdict.evidence if each.signal is SignalKind.ANNOUNCEMENT)
    assert (found.value, found.check) == ("work-7", "bank-page")
    assert found.detail.startswith("move of the database: 2026-03-01T")


def test_row_9_work_elsewhere_or_over_excuses_nothing() -> None:
    for other in (
        {"components": ("bank-b",)},
        {"start": watched().now + timedelta(minutes=10)},
        {"status": AnnouncementStatus.COMPLETED},
        {"status": AnnouncementStatus.SCHEDULED, "end": watched().now - timedelta(minutes=6)},
    ):
        world = watched()
        world.quiet["bank-page"] = _page(world, AnnouncementStatus.IN_PROGRESS, **other)
        verdict = world.round({"bank-a-ping": status(503)}, times=2).diagnose("bank-a")
        assert verdict.cause is Cause.THIRD_PARTY_INTERFACE, other


def test_row_9_without_a_calendar_two_orderly_signs_are_needed() -> None:
    one = platform().round({"gateway": status(503, retry_after_seconds=5)}, times=2)
    assert one.diagnose("gateway").cause is not Cause.MAINTENANCE
    two = status(503, 0.01, retry_after_seconds=50, maintenance_marker="title")
    verdict = platform().round({"gateway": two, "healthz": two}, times=2).diagnose("gateway")
    assert verdict_of(verdict) == (Cause.MAINTENANCE, "unannounced")


# 10: a deploy, or anything else.
def test_row_10_quick_errors_after_a_deploy_are_the_deploy() -> None:
    world = platform().change("gateway").round({"gateway": status(500)}, times=2)
    assert verdict_of(world.diagnose("gateway")) == (Cause.APPLICATION_FAULT, "deploy")


def test_row_10_without_a_change_nothing_is_called_a_deploy() -> None:
    verdict = platform().round({"gateway": status(500)}, times=2).diagnose("gateway")
    assert verdict.subcause != "deploy"


# 11: the deepest cause in a chain.
def test_row_11_the_deepest_of_a_chain_is_named_and_the_rest_is_impact() -> None:
    world = platform().round({"ledger": REFUSED, "gateway": status(503)}, times=2)
    assert world.diagnose("gateway").component == "ledger"


def test_row_11_of_two_leaves_the_earlier_is_named_and_of_equal_ones_none() -> None:
    leaves = {"ledger-sql": NO_ANSWER, "healthz": slow(1.0), "gateway": slow(1.4)}
    early = platform().round({"ledger-sql": NO_ANSWER}, times=3).round(leaves, times=2)
    assert early.diagnose("gateway").cause is Cause.DATABASE_ANOMALY
    at_once = platform(host=False).round({"ledger": REFUSED, "gateway": REFUSED}, times=2)
    assert at_once.diagnose("gateway").cause is Cause.UNKNOWN


# 12: the monitor, or the world.
def test_row_12_names_of_strangers_that_fail_together_are_the_monitors() -> None:
    seen = {"gateway": UNRESOLVED, "bank-a": UNRESOLVED, "bank-b": UNRESOLVED}
    verdict = platform().round(seen, times=2).diagnose("gateway")
    assert verdict_of(verdict) == (Cause.MONITOR_FAULT, "resolver")


def test_row_12_three_hosts_that_agree_on_another_time_mean_our_clock() -> None:
    wrong = status(403, server_clock_offset_seconds=-960.0)
    seen = {"bank-a": wrong, "bank-b": wrong, "gateway": ok(server_clock_offset_seconds=-960.0)}
    verdict = platform().round(seen, times=2).diagnose("bank-a")
    assert verdict_of(verdict) == (Cause.MONITOR_FAULT, "clock")


def test_row_12_an_anchor_that_works_leaves_it_with_the_world() -> None:
    verdict = platform().round({"gateway": UNREACHABLE, "healthz": UNREACHABLE}, times=2)
    assert verdict.diagnose("gateway").cause is Cause.NETWORK_FAULT


# 13: a slow disk, or a slow query.
def test_row_13_everything_slow_on_a_storage_that_stalls_is_the_disk() -> None:
    world = watched()
    stalls = figures("io_pressure_ratio", io_pressure_ratio=0.6)
    verdict = world.round({"ledger-sql": slow(1.2), "ledger-host": stalls}, times=2)
    found = verdict.diagnose("ledger")
    assert found.cause is Cause.DATABASE_ANOMALY
    assert {"database_slow", "database_storage_slow"} <= rules_of(found)


def test_row_13_one_chain_of_locks_is_a_lock() -> None:
    locked = failed(Kind.QUERY_TIMEOUT, 1.4, Stage.SEMANTIC, lock_waiters=3, blocking_sessions=1)
    verdict = watched().round({"ledger-sql": locked}, times=2).diagnose("ledger")
    assert verdict_of(verdict) == (Cause.DATABASE_ANOMALY, "lock")
    assert "database_storage_slow" not in rules_of(verdict)


# 14: a firewall that blocks the probe, or a site that is down.
def test_row_14_customers_who_get_through_show_that_only_the_probe_is_blocked() -> None:
    world = watched()
    verdict = world.round({"gateway": status(403, waf_marker="cloudflare")}, times=2)
    found = verdict.diagnose("gateway")
    assert verdict_of(found) == (Cause.MONITOR_FAULT, "probe_blocked")
    assert found.confidence >= 0.8


def test_row_14_customers_who_are_missing_show_that_it_is_not_the_probe() -> None:
    world = watched()
    gone = world.now_tells("traffic", request_rate=1.0, order_rate=0.0, paid_order_rate=0.0)
    seen = {"gateway": status(403, waf_marker="cloudflare"), "traffic": gone}
    verdict = world.round(seen, times=2).diagnose("gateway")
    assert verdict.cause is not Cause.MONITOR_FAULT
    blocked = [each for each in verdict.candidates if each.cause is Cause.MONITOR_FAULT]
    assert all(each.confidence < 0.3 for each in blocked)
