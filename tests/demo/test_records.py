import os
import random
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.demo import ports
from monitor.demo.files import ensure_secret, read_json, write_json
from monitor.demo.identity import ProcessRecord
from monitor.demo.layout import Layout
from monitor.demo.state import DemoState, load_state
from monitor.demo.switches import Switch, Switches
from tests.support.polling import eventually

SLEEPER = [sys.executable, "-c", "import signal; signal.pause()"]


def test_a_record_knows_its_process_from_another_of_the_same_pid() -> None:
    with subprocess.Popen(SLEEPER) as process:
        record = ProcessRecord.of(process.pid)
        assert record is not None
        stranger = ProcessRecord(pid=process.pid, started="1")

        assert record.is_running()
        assert not stranger.is_running()
        stranger.end()
        assert process.poll() is None
        record.end()
        assert not record.is_running()
    assert process.returncode == -signal.SIGTERM


def test_a_process_that_only_waits_to_be_reaped_does_not_run() -> None:
    with subprocess.Popen(SLEEPER) as process:
        record = ProcessRecord.of(process.pid)
        assert record is not None
        process.kill()

        eventually(lambda: not record.is_running())


def test_a_process_that_ignores_the_polite_signal_is_ended_all_the_same() -> None:
    program = "import signal; signal.signal(15, signal.SIG_IGN); print(); signal.pause()"
    command = [sys.executable, "-u", "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        record = ProcessRecord.of(process.pid)
        assert record is not None

        record.end(grace_seconds=0.2)
        assert process.wait() == -signal.SIGKILL


def test_a_state_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    layout = Layout.at(tmp_path)
    layout.root.mkdir()
    own = ProcessRecord.of(os.getpid())
    assert own is not None
    state = DemoState(
        ready=True,
        ops_url="http://127.0.0.1:1",
        ports={"gateway": 20_001},
        processes={"supervisor": own},
        faults_in_effect=["overload"],
        environment={"DEMO_GATEWAY_PORT": "20001"},
    )
    state.save(layout)

    assert load_state(layout) == state
    assert load_state(layout).is_running


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"ports": 3}',
        '{"processes": {"gateway": {"pid": "x"}}, "ports": {"a": "b"}}',
    ],
)
def test_a_damaged_state_file_is_an_empty_state(tmp_path: Path, text: str) -> None:
    layout = Layout.at(tmp_path)
    layout.root.mkdir()
    layout.state.write_text(text)

    assert load_state(layout) == DemoState()
    assert not load_state(layout).is_running


def test_switches_are_shared_and_survive(tmp_path: Path) -> None:
    layout = Layout.at(tmp_path)
    layout.root.mkdir()
    reader = Switches(layout)
    assert not reader.on()
    Switches(layout).turn_on("overload", Switch(since=1.0, details={"a": 1}))

    assert reader.get("overload") == Switch(since=1.0, details={"a": 1})
    Switches(layout).turn_off("overload")
    assert reader.get("overload") is None


def test_files_are_private_and_secrets_stay(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"名": "值"})
    first = ensure_secret(tmp_path / "secret", prefix="whsec_")

    assert read_json(tmp_path / "a.json") == {"名": "值"}
    assert ensure_secret(tmp_path / "secret") == first
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_ports_stay_while_they_are_free_and_are_never_ephemeral() -> None:
    random.seed()
    first = ports.choose(("a", "b"), {})

    assert ports.choose(("a", "b"), first) == first
    with socket.create_server((ports.HOST, first["a"])):
        again = ports.choose(("a", "b"), first)
    assert again["a"] != first["a"]
    assert again["b"] == first["b"]
    lowest = int(ports.EPHEMERAL_RANGE.read_text().split()[0])
    assert all(port < lowest for port in (*first.values(), *again.values()))
