"""The installed command is a process like any other: clean output, exit codes, quick help."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.api import Api


def _monitor(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "monitor", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=60
    )


def test_a_process_prints_only_json(api: Api, tmp_path: Path) -> None:
    api.answers["GET", "/incidents"] = []

    done = _monitor("incidents", "list", "--json", DATA_DIR=str(tmp_path))

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == []


def test_a_process_that_finds_no_monitor_exits_2(tmp_path: Path) -> None:
    done = _monitor("status", "--data-dir", str(tmp_path))

    assert (done.returncode, done.stdout) == (2, "")
    assert "no monitor has been started" in done.stderr


def test_the_help_names_every_command() -> None:
    done = _monitor("--help", COLUMNS="100")

    names = ("run", "validate", "schema", "probe", "diagnose", "status", "incidents")
    groups = ("maintenance", "notices", "deliveries", "change", "demo")
    assert done.returncode == 0
    assert all(f" {name} " in done.stdout for name in (*names, *groups))


@pytest.mark.parametrize("library", ["httpx", "sqlalchemy", "fastapi", "pycurl", "jinja2"])
def test_help_loads_no_heavy_library(library: str) -> None:
    code = f"import sys, monitor.cli; sys.exit({library!r} in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
