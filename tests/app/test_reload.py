"""SIGHUP takes over what changed and disturbs nothing else; a bad file changes nothing."""

from tests.app.support import Run, Target
from tests.support.polling import eventually


def test_checks_come_and_go_without_a_restart(run: Run) -> None:
    run.configure("gateway", "ledger")
    run.start()
    run.ready()
    assert run.checks() == {"gateway-http", "ledger-http"}
    started = run.get("/healthz").json()

    run.configure("gateway", "bank")
    run.reload()
    eventually(lambda: run.checks() == {"gateway-http", "bank-http"})
    run.ready()

    assert run.get("/healthz").json()["started_at"] == started["started_at"]
    assert run.metric("availability_config_last_reload_successful") == 1
    assert "ledger-http" not in run.get("/metrics").text


def test_a_bad_file_keeps_the_old_configuration_and_says_so(run: Run) -> None:
    run.start()
    run.ready()

    run.configure("gateway", extra="colour: red\n")
    run.reload()
    eventually(lambda: run.metric("availability_config_last_reload_successful") == 0)

    assert run.checks() == {"gateway-http"}
    assert "reload_refused" in run.log()
    assert "colour" in run.log()

    run.configure("gateway")
    run.reload()
    eventually(lambda: run.metric("availability_config_last_reload_successful") == 1)


def test_an_incident_about_a_removed_check_is_withdrawn(run: Run, goal: Target) -> None:
    run.configure("gateway", "ledger")
    run.start()
    run.ready()
    goal.status = 500
    eventually(lambda: len(run.get("/api/v1/incidents").json()) == 2)

    run.configure("ledger")
    run.reload()

    def by_root() -> dict[str, str]:
        found = run.get("/api/v1/incidents").json()
        return {each["components"][0]: each["status"] for each in found}

    eventually(lambda: by_root() == {"gateway": "withdrawn", "ledger": "open"})


def test_a_file_that_changes_is_read_without_being_asked(run: Run) -> None:
    run.start()
    run.ready()

    run.configure("gateway", "bank")
    eventually(lambda: run.checks() == {"gateway-http", "bank-http"})

    run.configure("gateway", extra="colour: red\n")
    eventually(lambda: run.metric("availability_config_last_reload_successful") == 0)
    assert run.checks() == {"gateway-http", "bank-http"}


def test_a_change_waits_to_be_asked_for_where_that_is_configured(run: Run) -> None:
    run.configure("gateway", extra="reload: {on_change: false}\n")
    run.start()
    run.ready()

    run.configure("gateway", "bank", extra="reload: {on_change: true}\n")
    hits = run.metric("availability_scheduler_lateness_seconds_count") or 0.0
    eventually(
        lambda: (run.metric("availability_scheduler_lateness_seconds_count") or 0) > hits + 4
    )
    assert run.checks() == {"gateway-http"}

    run.reload()
    eventually(lambda: run.checks() == {"gateway-http", "bank-http"})
