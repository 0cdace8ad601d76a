"""A monitor that stood still, as one that is stopped does, says so and blames nobody."""

import signal
import sqlite3
import threading

from tests.app.support import Run, Target
from tests.support.polling import eventually

# Longer than what counts as a fault, and than all that its probes may take.
STILL_SECONDS = 7.0


def test_a_stopped_monitor_is_its_own_fault_and_the_time_is_unknown(run: Run, goal: Target) -> None:
    process = run.start()
    run.ready()

    process.send_signal(signal.SIGSTOP)
    threading.Event().wait(STILL_SECONDS)
    process.send_signal(signal.SIGCONT)
    eventually(lambda: len(_told(goal)) == 2)
    hits = goal.hits
    eventually(lambda: goal.hits >= hits + 3)

    assert _told(goal) == [("monitor.fault", "loop_stall"), ("monitor.cleared", "loop_stall")]
    assert run.get("/api/v1/incidents").json() == []
    (service,) = run.get("/api/v1/status").json()["services"]
    assert service["displayed"] == "operational"
    run.stop()
    spells = _spells(run)
    assert len(spells) == 2
    assert spells[1][0] - spells[0][1] > (STILL_SECONDS - 2) * 1e6


def _told(goal: Target) -> list[tuple[str, str]]:
    return [(each["type"], each["data"]["kind"]) for each in goal.hooks]


def _spells(run: Run) -> list[tuple[int, int]]:
    """Return when the monitor was alive, in microseconds since 1970."""
    connection = sqlite3.connect(run.data / "monitor.sqlite3")
    query = "SELECT started_at, alive_until FROM monitor_runs ORDER BY started_at"
    found: list[tuple[int, int]] = connection.execute(query).fetchall()
    connection.close()
    return found
