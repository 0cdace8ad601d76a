"""While the store cannot be written the monitor watches on, and alerts leave from memory."""

import sqlite3
from contextlib import closing

from tests.app.support import Run, Target
from tests.support.polling import eventually


def test_alerts_leave_from_memory_while_the_store_is_locked(run: Run, goal: Target) -> None:
    run.start()
    run.ready()
    with closing(sqlite3.connect(run.data / "monitor.sqlite3", isolation_level=None)) as thief:
        thief.execute("BEGIN IMMEDIATE")
        goal.status = 500
        hits = goal.hits
        eventually(lambda: any(each["type"] == "incident.opened" for each in goal.hooks))
        assert goal.hits > hits
        faults = run.get("/api/v1/status").json()["faults"]
        assert [each["kind"] for each in faults] == ["store_unwritable"]
        assert run.get("/readyz").status_code == 503
        assert run.get("/api/v1/incidents").json() == []
        thief.execute("ROLLBACK")
    goal.status = 200
    eventually(lambda: any(each["type"] == "incident.resolved" for each in goal.hooks))

    (incident,) = run.get("/api/v1/incidents").json()
    opened = [each for each in goal.hooks if each["type"] == "incident.opened"]
    assert {each["data"]["id"] for each in opened} == {incident["id"]}
    assert len({each["id"] for each in opened}) == 1
    types = [each["type"] for each in goal.hooks if each["type"].startswith("incident.")]
    assert types.index("incident.opened") < types.index("incident.resolved")
    eventually(lambda: run.get("/api/v1/status").json()["faults"] == [])
    assert run.get("/readyz").is_success
