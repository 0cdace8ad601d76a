"""`monitor change`: tell the monitor of deploys and configuration changes."""

from enum import StrEnum
from typing import Annotated

import typer

from monitor.cli.connection import connected
from monitor.cli.options import (
    DEFAULT_DATA_DIR,
    DEFAULT_LIMIT,
    TIMES,
    AsJson,
    DataDir,
    Limit,
    TimeZone,
    TokenFile,
    Url,
)
from monitor.cli.people import person
from monitor.cli.times import parse_moment, short_time
from monitor.clock import SystemClock

change = typer.Typer(no_args_is_help=True, help="Report changes, which diagnosis makes use of.")


class ChangeKind(StrEnum):
    """What was changed."""

    DEPLOY = "deploy"
    CONFIG = "config"


@change.command()
def add(
    *,
    component: Annotated[str, typer.Option("--component", help="What was changed.")],
    version: Annotated[str, typer.Option("--version", help="What it was changed to.")],
    kind: Annotated[ChangeKind, typer.Option("--kind")] = ChangeKind.DEPLOY,
    at: Annotated[str, typer.Option("--at", metavar="TIME", help=f"When: {TIMES}.")] = "now",
    author: Annotated[
        str | None, typer.Option("--author", help="Who did it; your login name by default.")
    ] = None,
    note: Annotated[str, typer.Option("--note", help="For operations only.")] = "",
    time_zone: TimeZone = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Report a deploy or a configuration change of a component."""
    from monitor.cli.tables import print_json, say

    body = {
        "component": component,
        "version": version,
        "kind": kind.value,
        "author": person(author),
        "note": note,
    }
    now = SystemClock().now()
    with connected(data_dir, url, token_file, time_zone) as client:
        done = client.post("/changes", {**body, "at": parse_moment(at, now)})
    if as_json:
        print_json(done)
    else:
        when = short_time(done["at"])
        say(f"{done['id']}: {done['kind']} of {done['component']} {done['version']} at {when}")


@change.command("list")
def list_(
    limit: Limit = DEFAULT_LIMIT,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """List the changes that were reported."""
    from monitor.cli.tables import moment, of, print_json, show_rows

    with connected(data_dir, url, token_file) as client:
        found = client.get("/changes", limit=limit)
    if as_json:
        print_json(found)
        return
    columns = [(each, of(each)) for each in ("id", "component", "kind", "version", "author")]
    show_rows(found, [*columns, ("at", moment("at")), ("note", of("note"))], empty="no changes")
