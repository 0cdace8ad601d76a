import json
import signal
import socket
from pathlib import Path

import httpx
import pytest

from monitor.demo.errors import UsageError
from monitor.demo.faults import break_fault
from monitor.demo.identity import ProcessRecord
from monitor.demo.run import Run
from monitor.demo.settings import Settings
from tests.demo.platform import Platform
from tests.support.polling import eventually

ALL_KILLED = frozenset[str]()
SOME_LEFT_OVER = frozenset({"ledger", "monitor", "gateway", "traffic", "overload"})
SERVERS = {"gateway", "ledger", "bank-a", "bank-b", "receiver", "mailbox"}


def test_a_start_prints_where_things_are_and_what_to_try(demo: Platform) -> None:
    text = demo.stdout()

    assert f"http://127.0.0.1:{demo.port}/?lang=en" in text
    assert f"http://127.0.0.1:{demo.ops_port}/metrics" in text
    assert f"DATA_DIR={demo.data_dir} .venv/bin/monitor demo break database-down" in text


def test_the_monitor_is_started_from_the_root_with_what_its_checks_refer_to(
    demo: Platform,
) -> None:
    started = json.loads((demo.data_dir / "started.json").read_text())

    assert started["argv"] == ["run", "-c", "checks/demo/monitor.yml"]
    assert (Path(started["cwd"]) / "checks" / "demo").is_dir()
    assert started["environment"]["DATA_DIR"] == str(demo.data_dir)
    for name, port in demo.state().ports.items():
        variable = f"DEMO_{name.upper().replace('-', '_')}_PORT"
        assert started["environment"][variable] == str(port)


def test_every_process_is_recorded_and_secrets_are_private(demo: Platform) -> None:
    state = demo.state()

    assert set(state.processes) >= SERVERS | {"traffic", "monitor", "supervisor"}
    assert all(record.is_running() for record in state.processes.values())
    for secret in (demo.layout.webhook_secret, demo.layout.ledger_password, demo.layout.state):
        assert secret.stat().st_mode & 0o777 == 0o600


def test_traffic_flows_without_being_asked(demo: Platform) -> None:
    def requests() -> int:
        total: int = demo.ask("/internal/stats").json()["requests_total"]
        return total

    before = requests()
    eventually(lambda: requests() > before + 2)


def test_a_second_run_on_the_same_data_is_refused(demo: Platform) -> None:
    second = Platform(demo.python, demo.data_dir, "second")
    process = second.spawn()

    assert process.wait(15) == 2
    assert "running already" in second.stderr()
    assert demo.ask("/healthz").status_code == 200


def test_a_process_that_dies_is_started_again(demo: Platform) -> None:
    before = demo.state().processes
    for name in ("bank-b", "ledger"):
        before[name].send(signal.SIGKILL)

    eventually(lambda: came_back(demo, "bank-b", before["bank-b"]))
    eventually(lambda: came_back(demo, "ledger", before["ledger"]))
    eventually(lambda: demo.ask("/credit-pay/quote").status_code == 200)
    eventually(lambda: answers(demo, "bank-b", "/v1/ping"))


def came_back(demo: Platform, name: str, before: ProcessRecord) -> bool:
    now = demo.state().processes.get(name)
    return now is not None and now != before


def answers(demo: Platform, name: str, path: str) -> bool:
    try:
        return demo.ask(path, of=name).is_success
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("name", ["PORT", "OPS_PORT"])
def test_a_busy_port_is_refused_before_anything_starts(own_demo: Platform, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = own_demo.spawn(**{name: str(port)})

        assert process.wait(15) == 2
    assert own_demo.stderr() == f"error: port {port} of 127.0.0.1 is in use; set another {name}\n"
    assert not own_demo.layout.state.exists()
    assert not own_demo.layout.ledger.exists()


def test_a_data_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = Settings(port=1, ops_port=2, data_dir=tmp_path / "file" / "var")

    with pytest.raises(UsageError, match=r"DATA_DIR .*/file/var cannot be used: Not a directory"):
        Run(settings, with_monitor=False).run()


@pytest.mark.parametrize("text", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="OPS_PORT must be a port number"):
        Settings.of({"OPS_PORT": text})


def test_the_environment_may_be_empty() -> None:
    assert Settings.of({"PORT": ""}) == Settings(port=8080, ops_port=9464, data_dir=Path("var"))


def test_it_ends_with_the_monitors_code_and_leaves_nothing(own_demo: Platform) -> None:
    own_demo.start()
    records = own_demo.state().processes
    url = f"http://127.0.0.1:{own_demo.ops_port}/exit"
    with pytest.raises(httpx.TransportError):
        httpx.post(url, json={"code": 7}, trust_env=False)

    assert own_demo.process is not None
    assert own_demo.process.wait(20) == 7
    assert not any(record.is_running() for record in records.values())


def test_after_sigkill_the_same_command_starts_again_with_its_faults(own_demo: Platform) -> None:
    own_demo.start()
    break_fault(own_demo.data_dir, "overload")
    for survivors in (ALL_KILLED, SOME_LEFT_OVER):
        before = own_demo.state()
        own_demo.kill(but=survivors)
        own_demo.start()

        assert own_demo.state().ports == before.ports
        assert own_demo.state().faults_in_effect == ["overload"]
        assert "Still on: overload." in own_demo.stdout()
        kept = {name for name, record in before.processes.items() if record.is_running()}
        assert kept == survivors & {"ledger"}
        with own_demo.connect() as connection:
            assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (200,)


def test_ctrl_c_ends_everything_and_the_ledger_cleanly(own_demo: Platform) -> None:
    own_demo.start()
    records = own_demo.state().processes
    # A terminal sends it to the whole group.
    for record in records.values():
        record.send(signal.SIGINT)

    assert own_demo.process is not None
    assert own_demo.process.wait(20) == 0
    assert not any(record.is_running() for record in records.values())
    assert "database system is shut down" in (own_demo.layout.ledger / "ledger.log").read_text()
