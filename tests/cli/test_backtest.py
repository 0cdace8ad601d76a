"""`monitor backtest` shows what a configuration would have said, as tables and as JSON."""

from pathlib import Path

import pytest

from monitor.model.configuration import Configuration
from tests.backtest.histories import minutely, stamp, write
from tests.cli.conftest import Run
from tests.config.specs import load_with

JOINED = """\
platform: {name: {zh-CN: 甲, en: A}}
services: {web: {name: {zh-CN: 网, en: Web}, depends_on: [origin]}}
components: {origin: {kind: server}}
checks:
  site-a: {type: page, component: origin, url: "http://127.0.0.1/", interval: 60s}
  site-b: {type: page, component: origin, url: "http://127.0.0.1/", interval: 60s}
"""


class House:
    """An application that only loads."""

    def load_configuration(self, path: Path) -> Configuration:
        return load_with(path)


@pytest.fixture
def history(tmp_path: Path) -> str:
    runs = "o" * 10 + "fffff" + "o" * 40
    return str(write(tmp_path / "history.csv", minutely(Site_A=runs, Site_B=runs)))


@pytest.fixture
def labels(tmp_path: Path) -> str:
    rows = [f"{site},down,{stamp(10)},{stamp(15)}" for site in ("Site A", "Site B", "Site C")]
    return str(write(tmp_path / "labels.csv", rows, "site,kind,start,end"))


def test_without_a_configuration_each_site_is_a_component(run: Run, history: str) -> None:
    ran = run("backtest", history, "--json")

    assert ran.code == 0
    assert [each["components"] for each in ran.json["incidents"]] == [["Site A"], ["Site B"]]
    assert ran.json["configuration"] == "derived from the history"


def test_two_configurations_stand_side_by_side(
    run: Run, history: str, labels: str, tmp_path: Path
) -> None:
    joined = tmp_path / "joined.yml"
    joined.write_text(JOINED, encoding="utf-8")
    command = ("backtest", history, "--labels", labels, "--compare", str(joined))

    ran = run(*command, "--json", application=House())
    assert [len(each["incidents"]) for each in (ran.json, ran.json["compare"])] == [2, 1]
    assert [each["site"] for each in ran.json["missed"]] == ["Site C"]

    shown = run(*command, application=House())
    lines = [" ".join(each.split()) for each in shown.out.splitlines()]
    assert "incidents 2 1" in lines
    assert "joint failures in one incident 0 of 1 0 of 1" in lines
    assert "Missed:" in lines
    assert f"derived from the history {joined}" in lines
    assert "Site C down 2026-01-10 00:10:00Z 2026-01-10 00:15:00Z -" in lines


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere.csv",), "nowhere.csv"),
        (("HISTORY", "--labels", "nowhere.csv"), "nowhere.csv"),
        (("HISTORY", "--mode", "guesses"), "guesses"),
        (("HISTORY", "-c", "nowhere.yml"), "nowhere.yml"),
        ((), "FILE"),
    ],
    ids=["no history", "no labels", "no such mode", "no configuration", "no file"],
)
def test_what_cannot_be_used_exits_2_and_is_named(
    run: Run, history: str, arguments: tuple[str, ...], words: str
) -> None:
    given = [history if each == "HISTORY" else each for each in arguments]
    ran = run("backtest", *given, application=House())

    assert ran.code == 2
    assert words in ran.err
    assert ran.out == ""


def test_a_row_that_makes_no_sense_exits_2_with_file_and_line(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "bad.csv", [*minutely(shop="oo"), f"{stamp(3)},shop,sideways,0,0"])
    ran = run("backtest", str(path), "--json")

    assert ran.code == 2
    assert f"{path}:4: expected a status, one of up, ok" in ran.err
    assert ran.out == ""
