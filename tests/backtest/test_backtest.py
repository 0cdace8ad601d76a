"""A backtest says what the running monitor would have said of a history."""

from pathlib import Path

import pytest

from monitor.backtest.mode import Mode
from tests.backtest.histories import (
    joined_platform,
    minutely,
    observed,
    report,
    spans,
    stamp,
    text_of,
    write,
)

WELL = "o" * 40


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    return tmp_path / "history.csv"


def test_an_outage_is_one_incident_with_its_delay_and_notices(csv: Path) -> None:
    write(csv, minutely(shop="o" * 10 + "f" * 20 + "o" * 40, mail="o" * 70))
    found = report(csv)

    assert spans(found) == [("shop", text_of(10), text_of(30))]
    (incident,) = found["incidents"]
    assert incident["status"] == "resolved"
    assert incident["severity"] == "major"
    # The second of two failures in three runs confirms, a minute after the first.
    assert incident["detection_delay_seconds"] == 60
    assert found["detection_delay_seconds"] == {"median": 60, "max": 60}
    assert [each["kind"] for each in found["notices"]] == ["disruption", "monitoring", "recovery"]
    assert found["notices"][0]["services"] == ["shop service"]
    assert found["events"]["incident.opened"] == found["events"]["incident.resolved"] == 1


def test_a_single_lost_run_is_no_incident(csv: Path) -> None:
    write(csv, minutely(shop="o" * 10 + "f" + WELL))

    assert report(csv)["incidents"] == []


def test_two_failures_close_to_each_other_join_one_incident(csv: Path) -> None:
    write(csv, minutely(shop="o" * 10 + "fff" + "oooo" + "fff" + WELL))
    found = report(csv)

    (incident,) = found["incidents"]
    assert incident["relapses"] == 1
    assert found["flapping_joins"] == incident["flapping_joins"] == 1
    assert incident["recovered_at"] == text_of(20)


def test_a_site_that_comes_and_goes_is_one_unstable_incident(csv: Path) -> None:
    write(csv, minutely(shop="o" * 25 + "ffooo" * 8))
    found = report(csv)

    (incident,) = found["incidents"]
    assert incident["unstable"]
    assert incident["status"] == "open"


def test_confirmed_changes_hold_until_the_next_row(csv: Path) -> None:
    rows = [(0, "up", 200), (600, "down", 0), (1800, "up", 200)]
    write(csv, [f"{stamp(minute)},shop,{word},{code},5," for minute, word, code in rows])
    found = report(csv, mode=Mode.TRANSITIONS)

    assert spans(found) == [("shop", text_of(600), text_of(1800))]
    assert found["incidents"][0]["detection_delay_seconds"] == 0
    assert found["incidents"][0]["status"] == "resolved"


def test_a_history_may_begin_with_a_confirmed_change_to_down(csv: Path) -> None:
    write(csv, [f"{stamp(0)},shop,down,502,5,", f"{stamp(60)},shop,up,200,5,"])

    assert spans(report(csv, mode=Mode.TRANSITIONS)) == [("shop", text_of(0), text_of(60))]


def test_what_never_worked_in_a_history_of_attempts_is_no_incident(csv: Path) -> None:
    write(csv, minutely(shop="f" * 10, mail="o" * 10))

    assert report(csv)["incidents"] == []


def test_a_silence_is_no_outage_and_no_recovery(csv: Path) -> None:
    write(csv, minutely(shop="o" * 10 + " " * 60 + "o" * 10, mail="o" * 80))
    assert report(csv)["incidents"] == []

    write(csv, minutely(shop="o" * 10 + "fff" + " " * 30, mail="o" * 43))
    (incident,) = report(csv)["incidents"]
    assert (incident["status"], incident["recovered_at"]) == ("open", None)


def test_checks_of_one_origin_that_fail_together_are_one_incident(
    csv: Path, tmp_path: Path
) -> None:
    write(csv, minutely(Site_A="o" * 10 + "fffff" + WELL, Site_B="o" * 10 + "fffff" + WELL))
    labels = write(
        tmp_path / "labels.csv",
        [f"{site},down,{stamp(10)},{stamp(15)}" for site in ("Site A", "Site B")],
        "site,kind,start,end",
    )

    apart = report(csv, labels=labels)
    joined = report(csv, labels=labels, configuration=joined_platform())

    assert [len(apart["incidents"]), len(joined["incidents"])] == [2, 1]
    assert [each["sites"] for each in apart["joint"]] == [["Site A", "Site B"]]
    assert apart["joint"][0]["joined_by"] == []
    assert joined["joint"][0]["joined_by"] == [joined["incidents"][0]["id"]]
    assert joined["found"] == apart["found"] == 2


def test_labels_tell_found_missed_false_and_split(csv: Path, tmp_path: Path) -> None:
    write(
        csv,
        minutely(
            shop="o" * 10 + "fffff" + "o" * 30 + "fffff" + "o" * 30,
            mail="o" * 10 + "fffff" + "o" * 65,
        ),
    )
    labels = write(
        tmp_path / "labels.csv",
        [
            f"shop,down,{stamp(9)},{stamp(52)}",
            f"mail,down,{stamp(40)},{stamp(60)}",
            f"unheard-of,down,{stamp(40)},",
        ],
        "site,kind,start,end",
    )
    found = report(csv, labels=labels)

    assert [each["components"][0] for each in found["incidents"]] == ["shop", "mail", "shop"]
    assert (found["found"], [each["site"] for each in found["missed"]]) == (
        1,
        ["mail", "unheard-of"],
    )
    assert found["false"] == [found["incidents"][1]["id"]]
    assert [each["site"] for each in found["split"]] == ["shop"]
    assert found["long_labels"] == {"total": 3, "found": 1}
    # Confirmed at minute 11, two minutes after what the label says.
    assert found["label_delay_seconds"]["median"] == 120


def test_json_lines_of_observations_are_replayed_as_recorded(tmp_path: Path) -> None:
    path = observed(tmp_path / "history.jsonl", "shop", "o" * 10 + "ff" + "m" + "fff" + WELL)
    found = report(path)

    assert spans(found) == [("shop", text_of(10), text_of(16))]


def test_several_files_are_one_history(tmp_path: Path) -> None:
    one = write(tmp_path / "one.csv", minutely(shop="o" * 10 + "fffff" + WELL))
    two = observed(tmp_path / "two.jsonl", "mail", "o" * 12 + "fffff" + WELL)

    roots = [each[0] for each in spans(report(one, two))]
    assert roots == ["shop", "mail"]


def test_columns_may_stand_anywhere_and_rows_out_of_order(csv: Path) -> None:
    rows = [
        f'"x, y",{word},{stamp(minute)},shop'
        for minute, word in enumerate(["up"] * 10 + ["down"] * 5 + ["up"] * 30)
    ]
    write(csv, reversed(rows), "note,status,timestamp,site")

    assert spans(report(csv)) == [("shop", text_of(10), text_of(15))]


def test_rows_of_a_site_without_a_check_are_counted(csv: Path) -> None:
    write(csv, minutely(site_a="ooo", elsewhere="ooo"))

    found = report(csv, configuration=joined_platform())

    assert found["sites_without_a_check"] == {"elsewhere": 3}


def test_an_empty_history_has_no_incident(csv: Path) -> None:
    write(csv, [])

    assert report(csv)["incidents"] == []
