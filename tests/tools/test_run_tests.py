"""`make test` fails where one of its two processes does, and shows what both said."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "run-tests.sh"
# In the place of Python: the process beside is the one that is told folders, not what to ignore.
STAND_IN = """#!/bin/sh
case "$*" in *--ignore*) who=FIRST code=$FIRST;; *) who=BESIDE code=$BESIDE;; esac
echo "$who $*"
exit "$code"
"""


def _run(folder: Path, first: int, beside: int) -> "subprocess.CompletedProcess[str]":
    python = folder / "python"
    python.write_text(STAND_IN)
    python.chmod(0o755)
    return subprocess.run(
        [SCRIPT, python],
        env={**os.environ, "FIRST": str(first), "BESIDE": str(beside)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("first", "beside", "code"), [(0, 0, 0), (1, 0, 1), (0, 1, 1), (0, 4, 4), (2, 0, 2)]
)
def test_it_fails_where_one_of_both_does(
    tmp_path: Path, first: int, beside: int, code: int
) -> None:
    assert _run(tmp_path, first, beside).returncode == code


def test_what_one_runs_the_other_leaves_out(tmp_path: Path) -> None:
    first, beside = sorted(_run(tmp_path, 0, 0).stdout.splitlines(), reverse=True)
    ignored = {each.removeprefix("--ignore=") for each in first.split() if "=" in each}
    told = {each for each in beside.split() if each.startswith("tests/")}

    assert ignored == told
    assert all((SCRIPT.parents[1] / each).is_dir() for each in told)
