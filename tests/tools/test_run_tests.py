"""`make test` fails where a test fails twice, and shows what each of its processes said."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "run-tests.sh"
# In the place of Python: the process beside is the one that is told folders, not what to ignore.
STAND_IN = """#!/bin/sh
case "$*" in *--last-failed*) which=AGAIN;; *) which=FIRST;; esac
case "$*" in *--ignore*) who=REST;; *) who=WHOLE;; esac
echo "$which $who $*"
eval exit "\\$${which}_${who}"
"""


def _run(folder: Path, *codes: int) -> "subprocess.CompletedProcess[str]":
    """Run it with the exit codes of the rest and the whole, and of each when it runs again."""
    python = folder / "python"
    python.write_text(STAND_IN)
    python.chmod(0o755)
    names = ("FIRST_REST", "FIRST_WHOLE", "AGAIN_REST", "AGAIN_WHOLE")
    told = {name: str(code) for name, code in zip(names, codes, strict=True)}
    return subprocess.run(
        [SCRIPT, python], env={**os.environ, **told}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("codes", "code", "runs"),
    [
        ((0, 0, 9, 9), 0, 2),
        ((1, 0, 0, 9), 0, 3),
        ((0, 1, 9, 0), 0, 3),
        ((1, 1, 0, 0), 0, 4),
        ((1, 0, 1, 9), 1, 3),
        ((0, 1, 9, 1), 1, 3),
        ((0, 4, 9, 9), 4, 2),
        ((3, 0, 9, 9), 3, 2),
    ],
)
def test_only_what_fails_again_is_a_failure(
    tmp_path: Path, codes: tuple[int, int, int, int], code: int, runs: int
) -> None:
    done = _run(tmp_path, *codes)

    assert done.returncode == code
    assert sum(each.startswith(("FIRST", "AGAIN")) for each in done.stdout.splitlines()) == runs


def test_a_person_who_interrupts_is_not_kept_waiting(tmp_path: Path) -> None:
    assert _run(tmp_path, 2, 0, 0, 0).returncode == 2


def test_what_one_runs_the_other_leaves_out(tmp_path: Path) -> None:
    lines = _run(tmp_path, 0, 0, 0, 0).stdout.splitlines()
    rest, whole = (next(each for each in lines if who in each) for who in ("REST", "WHOLE"))
    ignored = {each.removeprefix("--ignore=") for each in rest.split() if "--ignore" in each}
    told = {each for each in whole.split() if each.startswith("tests/")}

    assert ignored == told
    assert all((SCRIPT.parents[1] / each).is_dir() for each in told)
