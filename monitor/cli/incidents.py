"""`monitor incidents`: list, show and acknowledge; what else people do has its own file."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.connection import connected
from monitor.cli.incident_work import (
    IncidentId,
    note,
    open_,
    override,
    postmortem,
    reported,
    resolve,
)
from monitor.cli.options import DEFAULT_DATA_DIR, AsJson, By, DataDir, TokenFile, Url
from monitor.cli.people import person

if TYPE_CHECKING:
    from monitor.cli.client import Client

PAGE = 200

incidents = typer.Typer(no_args_is_help=True, help="List, show and work on incidents.")
incidents.command("open")(open_)
for _work in (resolve, note, override, postmortem, reported):
    incidents.command()(_work)


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
    """Show one incident with its evidence, history, deliveries, notices and reports due."""
    from monitor.cli.incident_record import show_record
    from monitor.cli.tables import print_json

    with connected(data_dir, url, token_file) as client:
        found = client.get(f"/incidents/{incident}")
    if as_json:
        print_json(found)
    else:
        show_record(found)


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
