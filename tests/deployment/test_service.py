"""The unit of systemd runs what docs/install.md installs, where it installs it."""

import re
import tomllib
from pathlib import Path
from typing import Any

from monitor.cli.commands import build
from monitor.runtime import MAIL_KEY
from monitor.web.ops.token import FILE as TOKEN
from tests.deployment.composition import DOCKERFILE, ROOT

PAGE = (ROOT / "docs/install.md").read_text(encoding="utf-8")
SHELL = "\n".join(re.findall(r"^ *```sh\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL))
UNIT = ROOT / "deploy/availability-monitor.service"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
COMMAND = r"/opt/availability-monitor/bin/monitor"


def setting(name: str) -> str:
    """Return the one value that the unit gives a setting."""
    (value,) = re.findall(rf"^{name}=(.*)$", UNIT.read_text(), re.MULTILINE)
    return str(value)


def test_the_unit_runs_the_command_and_the_configuration_that_were_installed() -> None:
    program, *arguments = setting("ExecStart").split()

    assert program == COMMAND
    assert arguments[:2] == ["run", "-c"]
    assert f"python3 -m venv {Path(program).parents[1]}\n" in SHELL
    assert re.search(rf"install .* {re.escape(arguments[2])}$", SHELL, re.MULTILINE)
    assert "monitor" in PROJECT["scripts"]


def test_the_unit_is_the_file_that_is_installed_and_enabled() -> None:
    assert f"{UNIT.relative_to(ROOT)} /etc/systemd/system/" in SHELL
    assert f"systemctl enable --now {UNIT.stem}\n" in SHELL


def test_the_user_is_made_and_owns_nothing_but_the_state() -> None:
    (made,) = re.findall(r"^ *useradd .* (\S+)$", SHELL, re.MULTILINE)
    folder = f"/var/lib/{setting('StateDirectory')}"

    assert setting("User") == setting("Group") == made
    assert setting("Environment") == f"DATA_DIR={folder}"
    assert setting("StateDirectoryMode") == "0700"
    assert setting("ProtectSystem") == "strict"
    assert f"DATA_DIR={folder} " in SHELL
    assert "ReadWritePaths" not in UNIT.read_text()


def test_a_reload_is_the_signal_that_the_monitor_listens_to() -> None:
    assert setting("ExecReload") == "/bin/kill -HUP $MAINPID"
    assert "signal.SIGHUP, monitor.reload_soon" in (ROOT / "monitor/app.py").read_text()


def test_every_command_of_the_page_is_one_that_there_is() -> None:
    asked = set(re.findall(rf"(?:{COMMAND}|availability-monitor) (run|validate|status)\b", SHELL))

    assert asked == {"run", "validate", "status"}
    assert asked <= {
        each.name or each.callback.__name__ for each in build().registered_commands if each.callback
    }


def test_what_the_page_copies_and_builds_exists() -> None:
    named = re.findall(r"(?<![\w/])(?:checks|deploy|requirements)/[\w./-]*\w", SHELL)
    wheel = PROJECT["name"].replace("-", "_")

    assert {"requirements/run.txt", "checks/examples/http.yml"} <= set(named)
    assert [each for each in named if not (ROOT / each).is_file()] == []
    assert set(re.findall(r"dist/(\w+)-\*\.whl", SHELL)) == {wheel}
    assert "\nhatchling==" in (ROOT / "requirements/run.txt").read_text()


def test_the_keys_to_back_up_are_those_that_are_made() -> None:
    (row,) = re.findall(r"^\| (.* in `DATA_DIR`) \|", PAGE, re.MULTILINE)

    assert set(re.findall(r"`([a-z.]+)`", row)) == {TOKEN, MAIL_KEY}


def test_the_image_keeps_its_state_where_the_page_mounts_a_volume() -> None:
    (volume,) = re.findall(r"^VOLUME (.*)$", DOCKERFILE, re.MULTILINE)

    assert f"-v monitor-state:{volume} " in SHELL
    assert f"ENV DATA_DIR={volume}/" in DOCKERFILE
    ports = re.findall(r"-p 127\.0\.0\.1:(\d+):\1", SHELL)
    assert ports == re.findall(r"^EXPOSE (.*)$", DOCKERFILE, re.MULTILINE)[0].split()
