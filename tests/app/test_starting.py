"""A monitor that cannot run as configured says why and ends with 2."""

import json
import socket

from tests.app.support import Run
from tests.support.polling import eventually


def test_a_second_monitor_on_the_same_store_is_refused(run: Run) -> None:
    run.start()
    run.ready()
    second = Run(run.folder, 1)
    second.data = run.data

    code = second.start().wait(timeout=60)

    assert code == 2
    assert "error: " in second.log()
    assert run.get("/healthz").is_success


def test_a_busy_port_is_named(run: Run) -> None:
    with socket.create_server(("127.0.0.1", run.operations)):
        code = run.start().wait(timeout=60)

    assert code == 2
    assert f"cannot listen on 127.0.0.1:{run.operations}" in run.log()


def test_a_store_that_is_no_database_is_named(run: Run) -> None:
    run.data.mkdir()
    (run.data / "monitor.sqlite3").write_bytes(b"not a database " * 100)

    code = run.start().wait(timeout=60)

    assert code == 2
    assert f"error: cannot open the store in {run.data}: corrupt" in run.log()


def test_a_database_out_of_reach_is_named_without_its_password(run: Run) -> None:
    url = "postgresql://monitor:hunter2@127.0.0.1:1/monitor"
    run.configure("gateway", extra=f"store: {{url: '{url}'}}\n")

    code = run.start().wait(timeout=60)

    assert code == 2
    assert "error: cannot open the database of store.url: unreachable" in run.log()
    assert "hunter2" not in run.log()


def test_a_bad_configuration_starts_nothing_and_shows_every_mistake(run: Run) -> None:
    run.configure("gateway", extra="recovery: {watch: soon}\ncolour: red\n")

    code = run.start().wait(timeout=60)

    assert code == 2
    assert "monitor.yml:" in run.log()
    assert "colour" in run.log()
    assert not (run.data / "monitor.sqlite3").exists()


def test_an_ordinary_stop_is_a_success(run: Run) -> None:
    run.start()
    run.ready()

    assert run.stop() == 0


def test_secrets_stand_in_no_log_and_no_answer(run: Run) -> None:
    run.start()
    run.ready()
    answers = [run.get(path).text for path in ("/", "/metrics", "/api/v1/status")]
    run.stop()

    assert [text for text in (*answers, run.log()) if "s" * 32 in text] == []


def test_on_any_free_port_it_is_found_by_its_note_also_after_a_reload(run: Run) -> None:
    note = run.data / "monitor.json"
    run.public = run.operations = 0
    run.configure("gateway")
    run.start()
    eventually(note.exists)
    url = json.loads(note.read_text())["operations_url"]
    run.operations = int(url.rpartition(":")[2])
    run.ready()

    run.reload()
    eventually(lambda: '"reloaded"' in run.log())

    assert run.operations != 0
    assert json.loads(note.read_text())["operations_url"] == url
    assert "restart_needed" not in run.log()
