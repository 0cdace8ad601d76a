"""`monitor incidents`: list, show and acknowledge spans of trouble."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.connection import connected
from monitor.cli.options import DEFAULT_DATA_DIR, AsJson, By, DataDir, TokenFile, Url
from monitor.cli.people import person

if TYPE_CHECKING:
    from monitor.cli.client import Client

PAGE = 200

incidents = typer.Typer(no_args_is_help=True, help="List, show and acknowledge incidents.")

IncidentId = Annotated[str, typer.Argument(metavar="ID", help="Id of the incident.")]


@incidents.command("list")
def list_(
    open_only: Annotated[
        bool, typer.Option("--open", help="Only those that are not resolved or withdrawn.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """List all incidents, newest first; exits 0 whatever their state."""
    from monitor.cli.tables import moment, of, print_json, show_rows

    with connected(data_dir, url, token_file) as client:
        found = _all(client, open_only=open_only)
    if as_json:
        print_json(found)
        return
    columns = [
        ("id", of("id")),
        ("status", of("status")),
        ("severity", of("severity")),
        ("cause", of("cause")),
        ("components", of("components")),
        ("services", of("services")),
        ("started", moment("started_at")),
        ("downtime s", of("downtime_seconds")),
    ]
    show_rows(found, columns, empty="no incidents")


@incidents.command()
def show(
    incident: IncidentId,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Show one incident with its evidence, events, deliveries and notices."""
    from monitor.cli.tables import print_json

    with connected(data_dir, url, token_file) as client:
        found = client.get(f"/incidents/{incident}")
    if as_json:
        print_json(found)
    else:
        _show(found)


@incidents.command()
def ack(
    incident: IncidentId,
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Acknowledge an incident: somebody is at work on it."""
    from monitor.cli.tables import print_json, say

    with connected(data_dir, url, token_file) as client:
        done = client.post(f"/incidents/{incident}/ack", {"by": person(by)})
    if as_json:
        print_json(done)
    else:
        say(f"{done['id']} is acknowledged by {done['acknowledged_by']}")


def _all(client: "Client", *, open_only: bool) -> list[dict[str, Any]]:
    """Read page after page until one brings nothing new."""
    found: dict[str, dict[str, Any]] = {}
    while True:
        before = next(reversed(found), None)
        page = client.get("/incidents", open=open_only or None, limit=PAGE, before=before)
        fresh = {each["id"]: each for each in page if each["id"] not in found}
        found |= fresh
        if len(page) < PAGE or not fresh:
            return list(found.values())


def _show(found: dict[str, Any]) -> None:
    from monitor.cli.tables import moment, of, say, short_time, show_facts, show_rows

    several = ("evidence", "candidates", "impact", "events", "deliveries", "notices")
    show_facts({key: short_time(each) for key, each in found.items() if key not in several})
    columns = {
        "evidence": [
            *((each, of(each)) for each in ("rule", "check", "signal", "value")),
            ("against", of("against")),
            ("at", moment("at")),
        ],
        "events": [("event", of("type")), ("at", moment("at"))],
        "deliveries": [
            ("receiver", of("receiver")),
            ("event", of("event_type")),
            ("status", of("status")),
            ("attempts", of("attempts")),
        ],
        "notices": [
            ("notice", of("id")),
            ("kind", of("kind")),
            ("state", of("state")),
            ("at", moment("at")),
        ],
    }
    for title, shown in columns.items():
        if found.get(title):
            say("", f"{title}:")
            show_rows(found[title], shown)
