"""Maintenance is planned and followed on the command line as people mean it."""

import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.api import Api
from tests.cli.conftest import Run

PAGE = Path(__file__).parents[2] / "docs" / "maintenance.md"
WARNING = "users hear of it 2 hours before it begins; the platform's minimum is 3 days"
WINDOW = {
    "id": "win_1",
    "status": "scheduled",
    "services": ["checkout"],
    "components": [],
    "start": "2026-01-09T16:00:00.000000Z",
    "end": "2026-01-09T18:00:00.000000Z",
    "actual_end": None,
}
SERIES = {
    "id": "ser_1",
    "rrule": "FREQ=DAILY",
    "start": "2026-01-10T02:00",
    "time_zone": "Asia/Shanghai",
    "services": [],
    "components": ["ledger"],
    "windows": [WINDOW],
    "warnings": [WARNING],
}


def test_a_window_is_scheduled_with_all_that_was_said(run: Run, api: Api) -> None:
    """Naive times are in the platform's zone, here eight hours ahead of UTC."""
    api.answers["POST", "/maintenance"] = WINDOW | {"warnings": [WARNING]}

    ran = run(
        "maintenance", "schedule", "--service", "checkout", "--service", "repayment",
        "--component", "ledger", "--start", "2026-01-10T00:00", "--end", "2026-01-10T02:00+08:00",
        "--title-zh", "升级", "--title-en", "Upgrade", "--note", "ticket 7", "--owner", "payments",
        "--approval", "--lead", "3d", "--expected", "blips:3x30s", "--by", "wang",
    )  # fmt: skip

    assert ran.out == (
        f"win_1 is scheduled: 2026-01-10 00:00:00+08:00 to 2026-01-10 02:00:00+08:00\n"
        f"warning: {WARNING}\n"
    )
    assert api.sent[0] == {
        "services": ["checkout", "repayment"],
        "components": ["ledger"],
        "start": "2026-01-09T16:00:00.000000Z",
        "end": "2026-01-09T18:00:00.000000Z",
        "title": {"zh-CN": "升级", "en": "Upgrade"},
        "note": "ticket 7",
        "owner": "payments",
        "approval": True,
        "lead_seconds": 259200.0,
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

    start, end = (datetime.fromisoformat(api.sent[0][key]) for key in ("start", "end"))
    assert before <= start <= datetime.now(UTC)
    assert end - start == timedelta(minutes=5)
    assert api.sent[1]["start"] == "2026-06-30T22:00:00.000000Z"
    assert api.sent[1]["end"] == "2026-07-01T10:00:00.000000Z"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--start", "now", "--end", "+5m"], "--service or --component"),
        (["--service", "a", "--start", "soon", "--end", "+5m"], "'soon' is neither"),
        (["--service", "a", "--start", "now", "--end", "+5 minutes"], "no duration"),
        (["--service", "a", "--start", "2026-01-10", "--end", "+5m", "--time-zone", "X"], "'X'"),
        (["--service", "a", "--start", "now", "--end", "+5m", "--time-zone", "X"], "'X'"),
        (["--service", "a", "--start", "now", "--end", "+5m", "--expected", "some"], "blips"),
        (["--service", "a", "--start", "now"], "--end"),
        (["--service", "a", "--start", "now", "--end", "+5m", "--duration", "5m"], "either"),
        (["--service", "a", "--start", "now", "--end", "+5m", "--except", "2026-01-10"], "--rrule"),
        (["--service", "a", "--start", "now", "--end", "+5m", "--rrule", "FREQ=DAILY"], "no --end"),
    ],
    ids=[
        "no scope",
        "no time",
        "no duration",
        "no zone",
        "no zone that anything needs",
        "no pattern",
        "no end",
        "two ends",
        "nothing to leave out of",
        "a series with an end",
    ],
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
        (
            "reschedule",
            ["--start", "2026-01-11T01:00Z", "--end", "2026-01-11T03:00Z"],
            {"start": "2026-01-11T01:00:00.000000Z", "end": "2026-01-11T03:00:00.000000Z"},
        ),
        ("approve", [], {}),
        ("verify", [], {}),
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


def test_a_duration_counts_from_the_start(run: Run, api: Api) -> None:
    api.answers["POST", "/maintenance"] = WINDOW

    run(
        "maintenance", "schedule", "--service", "checkout", "--start", "2026-05-01T00:00Z",
        "--duration", "48h",
    )  # fmt: skip

    assert api.sent[0]["end"] == "2026-05-03T00:00:00.000000Z"


def test_a_series_is_scheduled_by_wall_time(run: Run, api: Api) -> None:
    api.answers["POST", "/maintenance/series"] = SERIES

    ran = run(
        "maintenance", "schedule", "--component", "ledger", "--rrule", "FREQ=DAILY",
        "--start", "2026-01-10T02:00", "--duration", "1h", "--except", "2026-02-17", "--lead", "0",
        "--by", "wang",
    )  # fmt: skip

    assert api.sent[0] == {
        "services": [],
        "components": ["ledger"],
        "rrule": "FREQ=DAILY",
        "start": "2026-01-10T02:00",
        "duration_seconds": 3600.0,
        "except": ["2026-02-17"],
        "lead_seconds": 0.0,
        "by": "wang",
    }
    for words in ("ser_1", "FREQ=DAILY", "2026-01-10 00:00:00+08:00", f"warning: {WARNING}"):
        assert words in ran.out


def test_series_are_listed_and_ended(run: Run, api: Api) -> None:
    api.answers["GET", "/maintenance/series"] = [SERIES]
    api.answers["POST", "/maintenance/series/ser_1/end"] = SERIES

    assert "ser_1" in run("maintenance", "series").out
    assert run("maintenance", "series", "--json").json == [SERIES]
    assert run("maintenance", "end-series", "ser_1", "--by", "wang").out == "ser_1 has ended\n"
    assert api.asked[-1] == ("POST", "/maintenance/series/ser_1/end", {"by": "wang"})


def test_windows_are_a_table_or_json(run: Run, api: Api) -> None:
    api.answers["GET", "/maintenance"] = [WINDOW]

    assert "win_1" in run("maintenance", "list").out
    assert run("maintenance", "list", "--json").json == [WINDOW]


def test_a_window_is_shown_with_who_took_each_step(run: Run, api: Api) -> None:
    event = {
        "type": "maintenance.scheduled",
        "at": "2026-01-08T08:00:00.000000Z",
        "data": {"by": "wang"},
    }
    notice = {"id": "ntc_1", "kind": "maintenance_planned", "state": "published", "at": event["at"]}
    shown = {**WINDOW, "events": [event], "notices": [notice], "warnings": [WARNING]}
    api.answers["GET", "/maintenance/win_1"] = shown

    ran = run("maintenance", "show", "win_1")

    for words in ("maintenance.scheduled", "wang", "maintenance_planned", WARNING):
        assert words in ran.out
    assert run("maintenance", "show", "win_1", "--json").json == shown


def test_the_recipes_of_the_page_are_commands_that_work(run: Run, api: Api) -> None:
    api.answers["POST", "/maintenance"] = WINDOW
    api.answers["POST", "/maintenance/series"] = SERIES
    api.answers["POST", "/maintenance/mnt_%E2%80%A6/approve"] = WINDOW
    recipes = PAGE.read_text("utf-8").split("## Recipes")[1].replace("\\\n", " ")

    for line in re.findall(r"^monitor (.+)$", recipes, re.MULTILINE):
        ran = run(*shlex.split(line))
        assert (ran.code, ran.err) == (0, ""), line
    assert [each.get("rrule") for each in api.sent] == [
        None,
        None,
        "FREQ=YEARLY;BYMONTH=2;BYDAY=1SA",
        "FREQ=DAILY",
    ]
    # Forty-eight hours from midnight in the platform's zone.
    assert (api.sent[0]["start"], api.sent[0]["end"], api.sent[0]["approval"]) == (
        "2030-04-30T16:00:00.000000Z",
        "2030-05-02T16:00:00.000000Z",
        True,
    )
    assert api.sent[3]["expected"] == {"kind": "blips", "count": 3, "max_seconds": 60.0}
