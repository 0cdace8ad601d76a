import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from monitor.demo.errors import DemoNotRunningError, FaultStateError, UnknownFaultError
from monitor.demo.faults import FAULTS, break_fault, list_faults, repair_faults
from tests.demo.platform import Platform
from tests.support.polling import eventually

FUNCTIONS = {
    "/credit-pay/quote": "GET",
    "/cash-loans/quote": "GET",
    "/repayment/bill": "GET",
    "/checkout/pay": "POST",
}
# Sooner than anything that waits for the ledger, which takes seconds.
AT_ONCE = timedelta(seconds=0.5)


def statuses(demo: Platform) -> set[int]:
    """Return the HTTP statuses that the four functions answer with."""
    return {demo.ask(path, method=method).status_code for path, method in FUNCTIONS.items()}


@pytest.fixture(autouse=True)
def repaired(demo: Platform) -> Iterator[None]:
    """Every test finds and leaves the demo without a fault."""
    assert statuses(demo) == {200}
    yield
    repair_faults(demo.data_dir)
    eventually(lambda: statuses(demo) == {200})


def test_database_down_stops_the_server_and_leaves_the_gateway_fast(demo: Platform) -> None:
    break_fault(demo.data_dir, "database-down")

    with pytest.raises(psycopg.OperationalError, match="refused"):
        demo.connect()
    assert statuses(demo) == {503}
    assert demo.ask("/healthz").status_code == 200
    eventually(lambda: demo.ask("/healthz").elapsed < AT_ONCE)
    assert "ledger" not in demo.state().processes


def test_database_locked_blocks_the_tables_and_nothing_else(demo: Platform) -> None:
    break_fault(demo.data_dir, "database-locked")

    answer = eventually(lambda: refused(demo, "/repayment/bill"))
    assert answer == (503, "ledger_unavailable")
    assert demo.ask("/healthz").status_code == 200
    with demo.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            connection.execute("LOCK TABLE monitor_heartbeat IN ROW EXCLUSIVE MODE NOWAIT")


def refused(demo: Platform, path: str) -> tuple[int, str] | None:
    """Return status and code of an answer that is a failure."""
    answer = demo.ask(path)
    return None if answer.is_success else (answer.status_code, answer.json()["error"]["code"])


def test_overload_slows_every_endpoint_and_sheds_without_retry_after(demo: Platform) -> None:
    break_fault(demo.data_dir, "overload")

    stats = eventually(lambda: saturated(demo))
    assert stats is not None
    assert stats["queue_depth"] > 10
    assert stats["shed_ratio"] > 0.2
    eventually(lambda: demo.ask("/healthz").elapsed > timedelta(seconds=0.4))
    assert eventually(lambda: refused(demo, "/credit-pay/quote")) == (503, "overloaded")
    with demo.connect() as connection:
        assert connection.execute("SELECT count(*) FROM bills").fetchone() == (200,)


def saturated(demo: Platform) -> dict[str, float] | None:
    """Return the gateway's signals once its last window was all overload."""
    stats: dict[str, float] = demo.ask("/internal/stats").json()
    return stats if stats["cpu_saturated"] and stats["shed_ratio"] > 0.2 else None


def test_third_party_down_breaks_bank_a_only_and_its_page_lags(demo: Platform) -> None:
    break_fault(demo.data_dir, "third-party-down")

    down = demo.ask("/v1/ping", of="bank-a")
    assert (down.status_code, down.json()["code"]) == (502, "SERVICE_OFFLINE")
    assert demo.ask("/v1/ping", of="bank-b").json()["code"] == "SUCCESS"
    page = demo.ask("/api/v2/status.json", of="bank-a").json()
    assert page["status"]["indicator"] == "none"
    assert demo.ask("/checkout/pay", method="POST").json()["channel"] == "bank-b"


def test_planned_maintenance_schedules_its_window_and_starts_with_it(demo: Platform) -> None:
    break_fault(demo.data_dir, "planned-maintenance")

    report = demo.reported()[-1]
    start, end = (datetime.fromisoformat(report["body"][key]) for key in ("start", "end"))
    assert report["path"] == "/api/v1/maintenance"
    assert report["body"]["services"] == ["credit-pay", "cash-loans", "repayment", "checkout"]
    assert set(report["body"]["title"]) == {"zh-CN", "en"}
    assert end - start == timedelta(seconds=60)
    assert demo.ask("/healthz").status_code == 200
    eventually(lambda: demo.ask("/healthz").status_code == 503)
    assert time.time() >= start.timestamp()
    answer = demo.ask("/credit-pay/quote")
    assert answer.json()["error"]["code"] == "maintenance"
    assert 30 < int(answer.headers["Retry-After"]) <= 60


def test_bad_deploy_answers_500_fast_and_reports_deploy_and_roll_back(demo: Platform) -> None:
    before = demo.ask("/build").json()
    break_fault(demo.data_dir, "bad-deploy")

    assert statuses(demo) == {500}
    assert demo.ask("/healthz").status_code == 200
    eventually(lambda: demo.ask("/credit-pay/quote").elapsed < AT_ONCE)
    assert demo.ask("/build").json()["version"] != before["version"]
    repair_faults(demo.data_dir, "bad-deploy")
    assert demo.ask("/build").json()["version"] == before["version"]
    deploy, back = (report["body"] for report in demo.reported()[-2:])
    assert (deploy["component"], deploy["kind"]) == ("gateway", "deploy")
    assert (deploy["version"], back["version"]) == ("1.9.0", before["version"])


def test_faults_are_listed_with_what_is_on(demo: Platform) -> None:
    break_fault(demo.data_dir, "third-party-down")

    faults = {fault.name: fault for fault in list_faults(demo.data_dir)}
    assert [name for name, fault in faults.items() if fault.on] == ["third-party-down"]
    assert faults["third-party-down"].since is not None
    assert [fault.name for fault in repair_faults(demo.data_dir)] == ["third-party-down"]
    assert not any(fault.on for fault in list_faults(demo.data_dir))


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_says_what_it_is_in_both_languages(name: str) -> None:
    assert set(FAULTS[name].description) == {"zh-CN", "en"}


def test_switching_says_why_it_cannot(demo: Platform, tmp_path: Path) -> None:
    break_fault(demo.data_dir, "third-party-down")

    with pytest.raises(FaultStateError, match="on already"):
        break_fault(demo.data_dir, "third-party-down")
    with pytest.raises(FaultStateError, match="database-down is not on"):
        repair_faults(demo.data_dir, "database-down")
    with pytest.raises(UnknownFaultError, match="'earthquake'; there are: database-down"):
        break_fault(demo.data_dir, "earthquake")
    with pytest.raises(DemoNotRunningError, match="make run"):
        break_fault(tmp_path, "database-down")
