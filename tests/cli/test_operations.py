"""Maintenance, notices, deliveries and changes are asked of the API as people mean them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cli.api import Api
from tests.cli.conftest import Run

WINDOW = {
    "id": "win_1",
    "status": "scheduled",
    "services": ["checkout"],
    "components": [],
    "start": "2026-01-09T16:00:00.000000Z",
    "end": "2026-01-09T18:00:00.000000Z",
    "actual_end": None,
}
NOTICE = {
    "id": "ntc_1",
    "kind": "disruption",
    "state": "pending",
    "subject": "inc_1",
    "services": ["checkout"],
    "at": "2026-01-10T00:30:00.000000Z",
    "texts": {
        "zh-CN": {"subject": "收银台异常", "text": "暂时无法付款。　客服", "html": ""},
        "en": {"subject": "Checkout", "text": "Paying fails.", "html": ""},
    },
}
DELIVERY = {"id": "dlv_1", "receiver": "on-call", "status": "dead", "event_type": "monitor.fault"}
CHANGE = {
    "id": "chg_1",
    "component": "gateway",
    "kind": "deploy",
    "version": "1.2",
    "at": "2026-01-10T00:30:00.000000Z",
    "author": "wang",
    "note": "",
}


def test_a_window_is_scheduled_with_all_that_was_said(run: Run, api: Api) -> None:
    """Naive times are in Asia/Shanghai, which is eight hours ahead of UTC."""
    api.answers["POST", "/maintenance"] = WINDOW

    ran = run(
        "maintenance", "schedule", "--service", "checkout", "--service", "repayment",
        "--component", "ledger", "--start", "2026-01-10T00:00", "--end", "2026-01-10T02:00+08:00",
        "--title-zh", "升级", "--title-en", "Upgrade", "--note", "ticket 7",
        "--expected", "blips:3x30s", "--by", "wang",
    )  # fmt: skip

    assert ran.out == "win_1 is scheduled: 2026-01-09 16:00:00Z to 2026-01-09 18:00:00Z\n"
    assert api.asked[0][2] == {
        "services": ["checkout", "repayment"],
        "components": ["ledger"],
        "start": "2026-01-09T16:00:00.000000Z",
        "end": "2026-01-09T18:00:00.000000Z",
        "title": {"zh-CN": "升级", "en": "Upgrade"},
        "note": "ticket 7",
        "by": "wang",
        "expected": {"kind": "blips", "count": 3, "max_seconds": 30.0},
    }


def test_times_may_be_relative_or_of_another_zone(run: Run, api: Api) -> None:
    api.answers["POST", "/maintenance"] = WINDOW
    before = datetime.now(UTC)

    run("maintenance", "schedule", "--component", "ledger", "--start", "now", "--end", "+5m")
    run(
        "maintenance", "schedule", "--component", "ledger", "--start", "2026-07-01",
        "--end", "2026-07-01T12:00", "--time-zone", "Europe/Berlin",
    )  # fmt: skip

    start, end = (datetime.fromisoformat(api.asked[0][2][key]) for key in ("start", "end"))
    assert before <= start <= datetime.now(UTC)
    assert end - start == timedelta(minutes=5)
    assert api.asked[1][2]["start"] == "2026-06-30T22:00:00.000000Z"
    assert api.asked[1][2]["end"] == "2026-07-01T10:00:00.000000Z"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--start", "now", "--end", "+5m"], "--service or --component"),
        (["--service", "a", "--start", "soon", "--end", "+5m"], "'soon' is neither"),
        (["--service", "a", "--start", "now", "--end", "+5 minutes"], "no duration"),
        (["--service", "a", "--start", "2026-01-10", "--end", "+5m", "--time-zone", "X"], "'X'"),
        (["--service", "a", "--start", "now", "--end", "+5m", "--expected", "some"], "blips"),
        (["--service", "a", "--start", "now"], "--end"),
    ],
    ids=["no scope", "no time", "no duration", "no zone", "no pattern", "no end"],
)
def test_a_window_that_makes_no_sense_is_bad_usage(
    arguments: list[str], told: str, run: Run, api: Api
) -> None:
    ran = run("maintenance", "schedule", *arguments)

    assert ran.code == 2
    assert told in " ".join(ran.err.split())
    assert api.asked == []


@pytest.mark.parametrize(
    ("command", "arguments", "body"),
    [
        ("extend", ["--end", "2026-01-10T03:00Z"], {"end": "2026-01-10T03:00:00.000000Z"}),
        ("complete", [], {}),
        ("cancel", [], {}),
    ],
)
def test_a_window_is_changed(
    command: str, arguments: list[str], body: dict[str, str], run: Run, api: Api
) -> None:
    api.answers["POST", f"/maintenance/win_1/{command}"] = WINDOW

    assert run("maintenance", command, "win_1", "--by", "wang", *arguments, "--json").json == WINDOW
    assert api.asked == [("POST", f"/maintenance/win_1/{command}", {"by": "wang", **body})]


@pytest.mark.parametrize("command", ["approve", "retract"])
def test_a_person_decides_about_a_notice(command: str, run: Run, api: Api) -> None:
    api.answers["POST", f"/notices/ntc_1/{command}"] = NOTICE | {"state": "decided"}

    assert run("notices", command, "ntc_1", "--by", "wang").out == "ntc_1 is decided\n"
    assert api.asked == [("POST", f"/notices/ntc_1/{command}", {"by": "wang"})]


def test_a_notice_is_shown_in_every_language(run: Run, api: Api) -> None:
    api.answers["GET", "/notices/ntc_1"] = NOTICE

    shown = run("notices", "show", "ntc_1").out

    assert "[zh-CN] 收银台异常\n暂时无法付款。　客服" in shown
    assert "[en] Checkout\nPaying fails." in shown


def test_a_delivery_is_sent_again(run: Run, api: Api) -> None:
    api.answers["POST", "/deliveries/dlv_1/replay"] = DELIVERY | {"status": "pending"}

    assert run("deliveries", "replay", "dlv_1").out == "dlv_1 is pending for on-call\n"


def test_deliveries_are_narrowed_by_status(run: Run, api: Api) -> None:
    api.answers["GET", "/deliveries"] = [DELIVERY]

    assert run("deliveries", "list", "--status", "dead", "--json").json == [DELIVERY]
    assert api.asked == [("GET", "/deliveries", {"status": "dead", "limit": "100"})]
    assert run("deliveries", "list", "--status", "lost").code == 2


def test_a_deploy_is_reported(run: Run, api: Api) -> None:
    api.answers["POST", "/changes"] = CHANGE

    ran = run(
        "change", "add", "--component", "gateway", "--version", "1.2", "--author", "wang",
        "--at", "2026-01-10T08:30",
    )  # fmt: skip

    assert ran.out == "chg_1: deploy of gateway 1.2 at 2026-01-10 00:30:00Z\n"
    assert api.asked[0][2] == {
        "component": "gateway",
        "version": "1.2",
        "kind": "deploy",
        "at": "2026-01-10T00:30:00.000000Z",
        "author": "wang",
        "note": "",
    }


@pytest.mark.parametrize(
    ("group", "path", "row"),
    [
        ("maintenance", "/maintenance", WINDOW),
        ("notices", "/notices", NOTICE),
        ("deliveries", "/deliveries", DELIVERY),
        ("change", "/changes", CHANGE),
    ],
)
def test_a_list_is_a_table_or_json(
    group: str, path: str, row: dict[str, Any], run: Run, api: Api
) -> None:
    api.answers["GET", path] = [row]

    table = run(group, "list")

    assert (table.code, row["id"] in table.out) == (0, True)
    assert run(group, "list", "--json").json == [row]


@pytest.mark.parametrize(
    ("displayed", "code"),
    [
        ("operational", 0),
        ("degraded", 0),
        ("maintenance", 0),
        ("unknown", 0),
        ("partial_outage", 1),
        ("major_outage", 1),
    ],
)
def test_the_status_exits_1_during_an_outage_only(
    displayed: str, code: int, run: Run, api: Api
) -> None:
    view = {"name": "checkout", "observed": displayed, "displayed": displayed}
    view |= {"since": "2026-01-10T00:30:00.000000Z", "updated_at": "2026-01-10T00:31:00.000000Z"}
    check = {"name": "ledger-sql", "component": "ledger", "type": "sql", "misconfigured": False}
    failed = {"failure": {"kind": "connect_refused", "stage": "connect", "detail": "port 5432"}}
    answer = {
        "at": "2026-01-10T00:31:00.000000Z",
        "services": [view],
        "components": [],
        "checks": [
            check | {"condition": "failed", "last": failed},
            check | {"name": "fine", "condition": "ok", "last": {"failure": None}},
        ],
        "faults": [{"kind": "clock_jump", "detail": "", "started_at": view["since"]}],
    }
    api.answers["GET", "/status"] = answer

    person, program = run("status"), run("status", "--json")

    assert (person.code, program.code) == (code, code)
    assert program.json == answer
    for text in (displayed, "1 failed, 1 ok", "connect_refused: port 5432", "clock_jump"):
        assert text in person.out
    assert "fine" not in person.out
