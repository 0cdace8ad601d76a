"""A change of the files is told once, when it has settled, whatever way it came about."""

from pathlib import Path

import pytest

from monitor.config import FileWatch

TOP = "include: ['${PLACE}/*.yml']\nplatform: {name: Trial}\n"


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "gateway.yml").write_text("checks: {}\n")
    path = tmp_path / "monitor.yml"
    path.write_text(TOP)
    return path


@pytest.fixture(name="watch")
def _watch(path: Path) -> FileWatch:
    watch = FileWatch(path, {"PLACE": "checks"})
    assert not watch.has_changed()
    return watch


def _is_told_once(watch: FileWatch) -> bool:
    return [watch.has_changed() for _ in range(4)] == [False, True, False, False]


def test_a_file_that_is_written_again(watch: FileWatch, path: Path) -> None:
    path.write_text(TOP + "services: {}\n")

    assert _is_told_once(watch)


def test_a_file_that_an_editor_puts_into_its_place(watch: FileWatch, path: Path) -> None:
    draft = path.with_suffix(".new")
    draft.write_text(TOP.replace("Trial", "Other"))
    draft.replace(path)

    assert _is_told_once(watch)


@pytest.mark.parametrize("name", ["bank.yml", "gateway.yml"], ids=["new", "known"])
def test_an_included_file(watch: FileWatch, path: Path, name: str) -> None:
    (path.parent / "checks" / name).write_text("checks: {bank: {}}\n")

    assert _is_told_once(watch)


def test_an_included_file_that_is_taken_away(watch: FileWatch, path: Path) -> None:
    (path.parent / "checks" / "gateway.yml").unlink()

    assert _is_told_once(watch)


def test_a_file_that_is_still_being_written(watch: FileWatch, path: Path) -> None:
    for number in range(3):
        path.write_text(TOP + "#" * number)
        assert not watch.has_changed()

    assert watch.has_changed()


def test_files_beside_the_configuration_do_not_count(watch: FileWatch, path: Path) -> None:
    (path.parent / "notes.txt").write_text("nothing")

    assert not any(watch.has_changed() for _ in range(3))


def test_a_file_that_cannot_be_read_for_a_while(watch: FileWatch, path: Path) -> None:
    """What it included stays under watch, so that its return is seen as well as theirs."""
    path.write_text("include: [")
    assert _is_told_once(watch)

    (path.parent / "checks" / "gateway.yml").write_text("checks: {bank: {}}\n")
    assert _is_told_once(watch)


def test_a_file_that_is_nested_too_deeply_ends_no_watch(watch: FileWatch, path: Path) -> None:
    path.write_text(f"include: {'[' * 900}{']' * 900}\n")

    assert _is_told_once(watch)

    path.write_text(TOP)
    assert _is_told_once(watch)
