"""`monitor incidents`: list, show and acknowledge spans of trouble."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.connection import connected
from monitor.cli.options import DEFAULT_DATA_DIR, AsJson, By, DataDir, TokenFile, Url
from monitor.cli.people import person
from monitor.model.units import seconds

if TYPE_CHECKING:
    from monitor.cli.client import Client
    from monitor.cli.tables import Column

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
    from monitor.cli.tables import say, show_facts, show_rows

    show_facts(_facts(found))
    for title, rows, columns in _parts(found):
        if rows:
            say("", f"{title}:")
            show_rows(rows, columns)


def _facts(found: dict[str, Any]) -> dict[str, object]:
    """Return what is said in one line each, with units and in the order of the API."""
    from monitor.cli.tables import short_time

    several = ("evidence", "candidates", "impact", "events", "deliveries", "notices")
    facts = {key: short_time(each) for key, each in found.items() if key not in several}
    for key in ("downtime_seconds", "runbook", "runbook_url"):
        facts.pop(key, None)
    if found.get("confidence") is not None:
        facts["confidence"] = f"{found['confidence']:.0%}"
    if found.get("downtime_seconds") is not None:
        facts["downtime"] = seconds(found["downtime_seconds"])
    facts["runbook"] = found.get("runbook_url") or found.get("runbook")
    return facts


def _parts(found: dict[str, Any]) -> "Iterator[tuple[str, list[dict[str, Any]], list[Column]]]":
    from monitor.cli.tables import moment, of, reading, share

    evidence = found.get("evidence") or []
    shown: list[Column] = [
        ("signal", of("signal")),
        ("value", reading("signal", "value")),
        ("detail", of("detail")),
        ("check", of("check")),
        ("component", of("component")),
        ("at", moment("at")),
        ("rule", of("rule")),
        ("weight", of("weight")),
    ]
    yield "what speaks for it", [each for each in evidence if not each.get("against")], shown
    yield "what speaks against it", [each for each in evidence if each.get("against")], shown
    causes = [(each, of(each)) for each in ("cause", "subcause", "component")]
    yield (
        "candidates",
        found.get("candidates") or [],
        [*causes, ("confidence", share("confidence"))],
    )
    for title, columns in _TOLD.items():
        shown = [(each, moment(each) if each in _TIMES else of(each)) for each in columns]
        yield title, found.get(title) or [], shown


_TIMES = frozenset({"at", "since"})
_TOLD = {
    "impact": ("service", "worst", "since"),
    "events": ("type", "at"),
    "deliveries": ("receiver", "event_type", "status", "attempts"),
    "notices": ("id", "kind", "state", "at"),
}
