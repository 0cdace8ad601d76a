"""Times are typed and shown in one zone: that of the platform, unless --time-zone names another."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.api import Api, Refusal
from tests.cli.conftest import Run

WINDOW = {
    "id": "win_1",
    "status": "scheduled",
    "start": "2026-03-08T06:30:00.000000Z",
    "end": "2026-03-08T07:30:00.999999Z",
}
SUMMER = {"id": "chg_2", "at": "2026-07-01T10:00:00.000000Z"}
WINTER = {"id": "chg_1", "at": "2026-01-01T10:00:00.000000Z"}
ZONE: tuple[str, str, Any] = ("GET", "/platform", {})


def _live_in(zone: str, api: Api) -> None:
    api.answers["GET", "/platform"] = {"time_zone": zone}


def test_what_is_shown_is_what_was_typed_and_can_be_typed_again(run: Run, api: Api) -> None:
    """Between the two times the clocks of New York are put forward."""
    _live_in("America/New_York", api)
    api.answers["POST", "/maintenance/win_1/reschedule"] = WINDOW

    def reschedule(start: str, end: str) -> str:
        return run("maintenance", "reschedule", "win_1", "--start", start, "--end", end).out

    shown = reschedule("2026-03-08T01:30", "2026-03-08 03:30")
    start, end = re.findall(r"\d{4}-\S+ \d\S+", shown)
    reschedule(start, end)

    assert (start, end) == ("2026-03-08 01:30:00-05:00", "2026-03-08 03:30:00-04:00")
    typed, pasted = ({key: each[key] for key in ("start", "end")} for each in api.sent)
    assert typed == pasted == {"start": WINDOW["start"], "end": "2026-03-08T07:30:00.000000Z"}


def test_a_row_has_the_offset_of_its_own_season(run: Run, api: Api) -> None:
    _live_in("Europe/Berlin", api)
    api.answers["GET", "/changes"] = [SUMMER, WINTER]

    shown = run("change", "list").out

    assert "2026-07-01 12:00:00+02:00" in shown
    assert "2026-01-01 11:00:00+01:00" in shown


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC"])
def test_the_times_of_a_platform_in_utc_end_with_z(zone: str, run: Run, api: Api) -> None:
    _live_in(zone, api)
    api.answers["GET", "/changes"] = [WINTER]

    assert "2026-01-01 10:00:00Z" in run("change", "list").out


def test_the_monitor_is_asked_for_the_zone_once_and_only_if_it_matters(run: Run, api: Api) -> None:
    extended = ("POST", "/maintenance/win_1/extend")
    api.answers[extended] = WINDOW
    wanted = ("maintenance", "extend", "win_1", "--by", "li", "--end")

    for end in ("+5m", "now", "2026-03-08T09:30Z", "2026-03-08 09:30:00+08:00"):
        run(*wanted, end, "--json")
    assert ZONE not in api.asked

    assert run(*wanted, "2026-03-08T09:30").code == 0
    assert api.asked[-2:] == [ZONE, (*extended, {"by": "li", "end": "2026-03-08T01:30:00.000000Z"})]
    assert api.asked.count(ZONE) == 1

    api.answers["GET", "/changes"] = []
    run("change", "list")
    assert api.asked.count(ZONE) == 1


def test_another_zone_holds_for_what_is_typed_and_for_what_is_shown(run: Run, api: Api) -> None:
    api.answers["POST", "/maintenance/win_1/extend"] = WINDOW

    ran = run(
        *("maintenance", "extend", "win_1", "--end", "2026-03-08T08:30"),
        *("--time-zone", "Europe/Berlin"),
    )

    assert api.sent[0]["end"] == "2026-03-08T07:30:00.000000Z"
    assert "2026-03-08 07:30:00+01:00 to 2026-03-08 08:30:00+01:00" in ran.out
    assert ZONE not in api.asked


def test_a_monitor_elsewhere_says_its_own_zone(run: Run, api: Api, tmp_path: Path) -> None:
    _live_in("Asia/Kolkata", api)
    api.answers["GET", "/changes"] = [WINTER]
    (tmp_path / "monitor.json").unlink()

    assert "2026-01-01 15:30:00+05:30" in run("change", "list", "--url", api.url).out


def test_json_stays_in_utc(run: Run, api: Api) -> None:
    api.answers["GET", "/changes"] = [WINTER]

    assert run("change", "list", "--json").json == [WINTER]


@pytest.mark.parametrize(
    ("platform", "told"),
    [
        (Refusal(503, "unavailable", "not now"), "the monitor answered 503: not now"),
        ({"time_zone": "Asia/Atlantis"}, "time zone 'Asia/Atlantis' is not known here"),
        ({"time_zone": "Asia"}, "time zone 'Asia' is not known here"),
    ],
    ids=["refused", "unknown", "a folder of zones"],
)
def test_no_zone_stops_what_is_typed_and_hides_nothing_that_is_known(
    platform: object, told: str, run: Run, api: Api
) -> None:
    api.answers["GET", "/platform"] = platform
    api.answers["GET", "/changes"] = [SUMMER, WINTER]

    shown = run("change", "list")
    typed = run("maintenance", "extend", "win_1", "--end", "2026-03-08T08:30")

    assert (shown.code, shown.err) == (0, "")
    assert "2026-07-01 10:00:00Z" in shown.out
    assert "2026-01-01 10:00:00Z" in shown.out
    assert api.asked.count(ZONE) == 2
    assert (typed.code, api.sent) == (2, [])
    assert told in typed.err


@pytest.mark.parametrize("name", ["", "Asia", "X", "../etc/passwd"])
def test_a_zone_that_there_is_not_is_bad_usage(name: str, run: Run, api: Api) -> None:
    ran = run("maintenance", "extend", "win_1", "--end", "now", "--time-zone", name)

    assert (ran.code, api.asked) == (2, [])
    assert f"{name!r} is no time zone" in " ".join(ran.err.split())


@pytest.mark.parametrize("text", ["plan Z", "12Z", "PLANT Z", "9999-12-31T23:59:59Z"])
def test_a_text_that_only_looks_like_a_time_is_left_as_it_is(text: str, run: Run, api: Api) -> None:
    found = {**WINDOW, "note": text, "events": [], "notices": []}
    api.answers["GET", "/maintenance/win_1"] = found

    assert text in run("maintenance", "show", "win_1").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--start", "0001-01-01T00:00", "--duration", "1h"),
        ("--start", "+99999999d", "--duration", "1h"),
        ("--start", "2026-03-08T08:30", "--duration", "99999999d"),
        ("--start", "9999-12-31T23:00-08:00", "--duration", "1h"),
    ],
    ids=["before", "far ahead", "too long", "after"],
)
def test_a_time_beyond_the_calendar_is_bad_usage(
    arguments: tuple[str, ...], run: Run, api: Api
) -> None:
    ran = run("maintenance", "schedule", "--service", "checkout", *arguments)

    assert (ran.code, api.sent) == (2, [])
    assert "beyond the calendar" in " ".join(ran.err.split())
