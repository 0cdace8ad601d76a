"""The replay of Upptime histories says how our incidents compare with theirs."""

from pathlib import Path

import pytest

from monitor.app import load_configuration
from tests.backtest.histories import stamp, write
from tools.replay_upptime import CONFIGURATIONS, main

LABELS = "site,kind,start,end,minutes"
# A quarter of an hour and more, of both sites together.
JOINT = [(10, "down", 523), (40, "up", 200)]


def _changes(site: str, changes: list[tuple[int, str, int]]) -> list[str]:
    return [f"{stamp(minute)},{site},{word},{code},80,x" for minute, word, code in changes]


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    both = [each for site in ("tjhorwood", "Health Sync") for each in _changes(site, JOINT)]
    write(tmp_path / "tjhorwood_upptime.events.csv", sorted(both))
    return tmp_path


def _label(folder: Path, *rows: str) -> None:
    write(folder / "tjhorwood_upptime.incidents.csv", rows, LABELS)


def test_a_joint_failure_is_one_incident_for_both_outages(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _label(
        folder,
        *(f"{site},down,{stamp(10)},{stamp(40)},30" for site in ("tjhorwood", "Health Sync")),
    )

    assert main([str(folder)]) == 0
    assert capsys.readouterr().out == (
        "tjhorwood: 1 incidents for 2 outages, 2 found, 2 of 2 of 15 min and more,"
        " 0 false, 0 told as several, 1 of 1 joint failures joined\n"
    )


def test_what_falls_short_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _label(folder, f"tjhorwood,down,{stamp(50)},{stamp(60)},10")

    assert main([str(folder)]) == 1
    told = capsys.readouterr().out
    assert "missed: tjhorwood 2026-01-10T00:50:00" in told
    assert "no outage of theirs: inc_" in told


def test_a_folder_without_histories_is_bad_usage(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 2


@pytest.mark.parametrize("path", sorted(CONFIGURATIONS.glob("*.yml")), ids=lambda path: path.stem)
def test_what_stands_behind_one_origin_is_a_sound_configuration(path: Path) -> None:
    assert load_configuration(path).checks
