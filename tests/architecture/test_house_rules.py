"""Sizes, docstrings and texts that no file of the repository may carry."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, Module, modules, tracked_files

LONGEST_FILE = 300
LONGEST_FUNCTION = 50

# The brackets keep this file from carrying what it forbids.
FORBIDDEN = re.compile(
    r"py[p]i\.org|python[h]osted\.org|(?<![\w.$}-])/(?:[w]ork|[r]oot|opt/[w]heels)\b"
)

PYTHON = [each for folder in ("monitor", "tests", "bench", "tools") for each in modules(folder)]


@pytest.mark.parametrize("module", PYTHON, ids=[each.path for each in PYTHON])
def test_nothing_is_too_long_to_read(module: Module) -> None:
    assert len(module.text.splitlines()) <= LONGEST_FILE
    assert [each for each in module.functions() if each[1] > LONGEST_FUNCTION] == []


def test_every_module_says_what_it_is_for() -> None:
    package = [each for each in PYTHON if each.name.startswith("monitor")]

    assert [each.path for each in package if not ast.get_docstring(each.tree)] == []


def _forbidden_lines(path: Path) -> list[str]:
    try:
        lines = path.read_text().splitlines()
    except UnicodeDecodeError:
        return []
    place = path.relative_to(ROOT)
    return [f"{place}:{n}" for n, line in enumerate(lines, 1) if FORBIDDEN.search(line)]


def test_no_file_names_a_package_index_or_a_place_of_one_machine() -> None:
    assert [each for path in tracked_files() for each in _forbidden_lines(path)] == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (f"--index-url https://{'pypi'}.org/simple", True),
        (f"see /{'work'}/main", True),
        (f"home is /{'root'}", True),
        ("monitor/root/file", False),
        ("the /working tree", False),
    ],
)
def test_forbidden_text_is_found_where_it_stands(line: str, found: bool) -> None:
    assert bool(FORBIDDEN.search(line)) is found


def test_locks_carry_hashes_and_no_place_to_load_from() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text()
        pinned = re.findall(r"^\S+==\S+", text, re.MULTILINE)

        assert pinned
        assert len(re.findall(r"^\S.*\\\n +--hash", text, re.MULTILINE)) == len(pinned)
        assert not re.search(r"https?://|--index|--extra-index|--find-links|file:", text)


def test_the_smaller_locks_are_part_of_the_largest() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        return set(re.findall(r"^\S+==\S+", text, re.MULTILINE))

    assert pins("build") < pins("run") < pins("test")
