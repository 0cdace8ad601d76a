"""Incidents are listed whole, shown with their evidence, and acknowledged."""

from typing import Any

from tests.cli.api import Api
from tests.cli.conftest import Run


def _incident(number: int, status: str = "resolved") -> dict[str, Any]:
    return {
        "id": f"inc_{number}",
        "status": status,
        "severity": "major",
        "cause": "database_anomaly",
        "subcause": "",
        "confidence": 0.9,
        "evidence": [
            {
                "rule": "sqlstate",
                "check": "ledger-sql",
                "signal": "sqlstate",
                "value": "57P03",
                "against": False,
                "at": "2026-01-10T00:30:00.000000Z",
            }
        ],
        "components": ["ledger", "gateway"],
        "services": ["checkout"],
        "started_at": "2026-01-10T00:30:00.123456Z",
        "downtime_seconds": 12.5,
        "acknowledged_by": "",
    }


def test_the_list_holds_every_page_newest_first(run: Run, api: Api) -> None:
    stored = [_incident(number) for number in range(450, 0, -1)]
    api.answers["GET", "/incidents"] = stored

    ran = run("incidents", "list", "--json")

    assert (ran.code, ran.json) == (0, stored)
    assert [query.get("before") for _, _, query in api.asked] == [None, "inc_251", "inc_51"]


def test_open_narrows_the_list_and_exits_0_whatever_is_open(run: Run, api: Api) -> None:
    api.answers["GET", "/incidents"] = [_incident(2, "open"), _incident(1)]

    ran = run("incidents", "list", "--open", "--json")

    assert (ran.code, [each["id"] for each in ran.json]) == (0, ["inc_2"])


def test_an_api_that_knows_no_pages_is_asked_no_more_than_twice(run: Run, api: Api) -> None:
    page = [_incident(number) for number in range(200)]
    api.answers["GET", "/notices"] = page
    api.answers["GET", "/incidents"] = page

    assert len(run("incidents", "list", "--json").json) == 200
    assert len(api.asked) == 2


def test_a_person_reads_a_table(run: Run, api: Api) -> None:
    api.answers["GET", "/incidents"] = [_incident(7, "open")]

    ran = run("incidents", "list")

    head, row = ran.out.splitlines()
    assert head.split()[:4] == ["id", "status", "severity", "cause"]
    assert "2026-01-10 08:30:00+08:00" in row
    assert "ledger, gateway" in row


def test_no_incidents_are_told_in_words(run: Run, api: Api) -> None:
    api.answers["GET", "/incidents"] = []

    assert run("incidents", "list").out == "no incidents\n"
    assert run("incidents", "list", "--json").json == []


def test_one_is_shown_with_all_that_belongs_to_it(run: Run, api: Api) -> None:
    whole = _incident(7, "open") | {
        "events": [{"type": "incident.opened", "at": "2026-01-10T00:30:05.000000Z"}],
        "deliveries": [
            {
                "receiver": "on-call",
                "event_type": "incident.opened",
                "status": "delivered",
                "attempts": 1,
            }
        ],
        "notices": [],
    }
    api.answers["GET", "/incidents/inc_7"] = whole

    shown = run("incidents", "show", "inc_7").out

    for text in ("inc_7", "database_anomaly", "57P03", "incident.opened", "on-call", "delivered"):
        assert text in shown
    assert "notices:" not in shown
    assert run("incidents", "show", "inc_7", "--json").json == whole


def test_a_person_can_check_the_verdict(run: Run, api: Api) -> None:
    doubt = {
        "rule": "database_late_after_dependants",
        "check": "gateway-health",
        "signal": "sibling_status",
        "value": "failing",
        "against": True,
        "at": "2026-01-10T00:30:02.500000Z",
        "weight": 0.5,
    }
    found = _incident(7)
    found["evidence"].append(doubt)
    found["runbook"] = "docs/operations/database_anomaly.md"
    api.answers["GET", "/incidents/inc_7"] = found

    shown = run("incidents", "show", "inc_7").out

    speaks_for, speaks_against = shown.split("what speaks against it")
    for text in ("57P03", "ledger-sql", "2026-01-10 08:30:00+08:00"):
        assert text in speaks_for.split("what speaks for it")[1]
    for text in ("failing", "gateway-health", "database_late_after_dependants", "08:30:02+08:00"):
        assert text in speaks_against
    assert "docs/operations/database_anomaly.md" in shown


def test_what_a_server_said_cannot_steer_the_terminal(run: Run, api: Api) -> None:
    evil = _incident(1) | {"cause": "\x1b]0;owned\x07[bold]x[/bold]"}
    api.answers["GET", "/incidents/inc_1"] = evil

    shown = run("incidents", "show", "inc_1").out

    assert "?]0;owned?[bold]x[/bold]" in shown


def test_an_acknowledgement_says_who(run: Run, api: Api) -> None:
    api.answers["POST", "/incidents/inc_7/ack"] = _incident(7) | {"acknowledged_by": "wang"}

    ran = run("incidents", "ack", "inc_7", "--by", "wang")

    assert ran.out == "inc_7 is acknowledged by wang\n"
    assert api.asked == [("POST", "/incidents/inc_7/ack", {"by": "wang"})]


def test_a_row_is_one_line_however_long(run: Run, api: Api) -> None:
    services = [f"service-with-a-long-name-{number}" for number in range(9)]
    api.answers["GET", "/incidents"] = [_incident(7, "open") | {"services": services}]

    ran = run("incidents", "list", COLUMNS="40")

    assert len(ran.out.splitlines()) == 2
    assert ", ".join(services) in ran.out
