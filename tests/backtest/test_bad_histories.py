"""What cannot be read is told with file, line and what was expected, whatever the file's size."""

from pathlib import Path

import pytest

from monitor.backtest.history import History
from monitor.backtest.labels import load_labels
from monitor.backtest.mode import Mode
from monitor.backtest.rows import HistoryError
from monitor.backtest.run import reports_of
from monitor.publish.notices.rehearsal import Rehearsal
from tests.backtest.histories import minutely, observed, report, stamp, write

PLAIN = "timestamp,site,status,http_code,latency_ms"
# Columns in another order, so that the rows are parsed and not just split.
PARSED = "site,timestamp,status,http_code,latency_ms"


def told(*paths: Path, streamed: bool = False) -> str:
    """Return what is said of a history that cannot be read."""
    history = History(paths, sort_up_to_bytes=0 if streamed else 1 << 20)
    with pytest.raises(HistoryError) as caught:
        reports_of(history, [("bad", None)], Mode.OBSERVATIONS, None, Rehearsal)
    return str(caught.value)


@pytest.mark.parametrize("streamed", [False, True], ids=["sorted", "streamed"])
@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("yesterday,shop,up,200,1", "expected a time with an offset, such as"),
        ("2026-01-10T00:00:00,shop,up,200,1", "got '2026-01-10T00:00:00'"),
        (f"{stamp(9)},shop,sideways,200,1", "expected a status, one of up, ok, "),
        (f"{stamp(9)},shop,down,many,1", "expected a number as http_code, got 'many'"),
        (f"{stamp(9)},shop,down,nan,1", "expected a number as http_code, got 'nan'"),
        (f"{stamp(9)},shop,down,503,soon", "expected a number as latency_ms, got 'soon'"),
        (f"{stamp(9)},shop,down", f"expected {PLAIN}"),
        (f"{stamp(9)},shop", f"expected {PLAIN}"),
    ],
    ids=["no time", "naive", "no word", "no code", "no finite code", "no latency", "short", "bare"],
)
def test_a_row_that_makes_no_sense_is_named(
    tmp_path: Path, row: str, words: str, streamed: bool
) -> None:
    path = write(tmp_path / "history.csv", [*minutely(shop="ooooo"), "", row], PLAIN)

    said = told(path, streamed=streamed)

    assert said.startswith(f"{path}:8: ")
    assert words in said


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("shop,yesterday,up,200,1", "expected a time"),
        (f'shop,{stamp(9)},"side\nways",200,1', "expected a status"),
        (f"shop,{stamp(9)}", f"expected {PARSED}"),
    ],
    ids=["no time", "no word", "short"],
)
def test_rows_in_another_order_are_named_too(tmp_path: Path, row: str, words: str) -> None:
    path = write(tmp_path / "history.csv", [f"shop,{stamp(0)},up,200,1", row], PARSED)

    said = told(path)

    assert said.startswith((f"{path}:3: ", f"{path}:4: "))
    assert words in said


def test_the_file_is_named_where_there_are_several(tmp_path: Path) -> None:
    good = write(tmp_path / "good.csv", minutely(shop="ooooo"))
    bad = write(tmp_path / "bad.csv", [f"{stamp(2)},mail,sideways,200,1"])

    assert told(good, bad).startswith(f"{bad}:2: expected a status")


def test_a_row_that_was_held_back_is_named(tmp_path: Path) -> None:
    """Good rows wait unread until something fails; then one of them cannot be read."""
    rows = minutely(shop="o" * 30 + "ff")
    rows[28] = rows[28].replace(",200,", ",two hundred,")
    path = write(tmp_path / "history.csv", rows)

    assert told(path).startswith(f"{path}:30: expected a number as http_code")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("no json", "Expecting value"),
        ("[1, 2]", "it is no object"),
        ('{"check": "shop", "outcome": "ok"}', "'started_at' is missing"),
        (f'{{"check": "shop", "outcome": "fine", "started_at": "{stamp(9)}"}}', "'fine'"),
        (
            f'{{"check": "shop", "outcome": "ok", "stage": "moon", "started_at": "{stamp(9)}"}}',
            "'moon'",
        ),
    ],
    ids=["no json", "no object", "no time", "no outcome", "no stage"],
)
def test_a_line_that_is_no_observation_is_named(tmp_path: Path, line: str, words: str) -> None:
    path = observed(tmp_path / "history.jsonl", "shop", "ooo")
    path.write_text(f"{path.read_text()}\n{line}\n")

    said = told(path)

    assert said.startswith(f"{path}:5: expected an observation as `monitor probe --json` prints it")
    assert words in said


@pytest.mark.parametrize("streamed", [False, True], ids=["sorted", "streamed"])
@pytest.mark.parametrize("name", ["plain.csv", "parsed.csv", "lines.jsonl"])
def test_what_is_no_text_is_named(tmp_path: Path, name: str, streamed: bool) -> None:
    header = {"plain.csv": PLAIN, "parsed.csv": PARSED, "lines.jsonl": ""}[name]
    path = tmp_path / name
    path.write_bytes(header.encode() + b"\n\xff\xfe\n")

    assert told(path, streamed=streamed) == f"{path}:2: expected text in UTF-8"


def test_a_large_file_out_of_order_is_refused_at_the_row(tmp_path: Path) -> None:
    rows = minutely(shop="ooooo")
    path = write(tmp_path / "history.csv", [rows[0], rows[4], rows[2]])

    said = told(path, streamed=True)

    assert said.startswith(f"{path}:4: expected a time not before 2026-01-10T00:04")


def test_a_large_file_says_the_same_as_a_small_one(tmp_path: Path) -> None:
    rows = minutely(shop="o" * 10 + "f" * 5 + "o" * 30, mail="o" * 45)
    path = write(tmp_path / "history.csv", [*rows[:40], "", " ", *rows[40:], ""])

    small, large = (
        reports_of(
            History([path], sort_up_to_bytes=most),
            [("same", None)],
            Mode.OBSERVATIONS,
            None,
            Rehearsal,
        )
        for most in (1 << 20, 0)
    )

    assert small == large
    assert len(report(path)["incidents"]) == 1


@pytest.mark.parametrize(
    ("header", "row", "words"),
    [
        ("timestamp,status", "x", ":1: no column site, kind, start, end; expected site,kind"),
        ("site,kind,start,end", "shop,down,never,", ":2: expected a time"),
        ("site,kind,start,end", "shop,down", ":2: expected a time"),
        ("site,kind,start,end", f"shop,down,{stamp(5)},{stamp(1)}", ":2: it ends before it starts"),
    ],
    ids=["no labels", "no time", "short", "backwards"],
)
def test_labels_that_make_no_sense_are_named(
    tmp_path: Path, header: str, row: str, words: str
) -> None:
    history = write(tmp_path / "history.csv", minutely(shop="ooo"))
    labels = write(tmp_path / "labels.csv", [row], header)

    with pytest.raises(HistoryError) as caught:
        report(history, labels=labels)
    assert str(caught.value).startswith(f"{labels}{words}")


def test_labels_that_are_no_table_are_named(tmp_path: Path) -> None:
    labels = write(tmp_path / "labels.csv", ["a" * 200_000], "site,kind,start,end")
    with pytest.raises(HistoryError) as caught:
        load_labels(labels)
    assert str(caught.value).startswith(f"{labels}: ")
