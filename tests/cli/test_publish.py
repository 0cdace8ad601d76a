"""`monitor publish` writes what the running monitor shows into a folder."""

from pathlib import Path

from tests.cli.api import Api
from tests.cli.conftest import Run

FILES = {"index.html": "<!doctype html>", "en/index.html": "<!doctype html>"}


def test_the_face_is_written_and_then_only_what_changed(run: Run, api: Api, tmp_path: Path) -> None:
    api.answers["GET", "/public-files"] = {"files": FILES}
    place = tmp_path / "site"

    first = run("publish", "--to", str(place))
    again = run("publish", "--to", str(place), "--json")

    assert (first.code, first.out) == (0, f"2 files in {place}, 2 of them changed\n")
    assert again.json == {"folder": str(place), "files": 2, "changed": 0}
    assert (place / "en" / "index.html").read_text() == FILES["en/index.html"]


def test_a_monitor_that_has_just_started_has_nothing_to_write(
    run: Run, api: Api, tmp_path: Path
) -> None:
    api.answers["GET", "/public-files"] = {"files": {}}

    ran = run("publish", "--to", str(tmp_path / "site"))

    assert ran.code == 2
    assert "try again in a moment" in ran.err


def test_a_folder_that_cannot_be_written_is_said(run: Run, api: Api, tmp_path: Path) -> None:
    api.answers["GET", "/public-files"] = {"files": FILES}
    (tmp_path / "site").write_text("a file is in the way")

    ran = run("publish", "--to", str(tmp_path / "site"))

    assert ran.code == 2
    assert "cannot be written" in ran.err
