"""`monitor deliveries`: what went to receivers, and what is sent again."""

from typing import Annotated

import typer

from monitor.cli.connection import connected
from monitor.cli.options import (
    DEFAULT_DATA_DIR,
    DEFAULT_LIMIT,
    AsJson,
    DataDir,
    Limit,
    TokenFile,
    Url,
)
from monitor.model.delivery import DeliveryStatus

deliveries = typer.Typer(no_args_is_help=True, help="List deliveries and send one again.")


@deliveries.command("list")
def list_(
    status: Annotated[
        DeliveryStatus | None, typer.Option("--status", help="Only those that stand so.")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """List deliveries, newest first."""
    from monitor.cli.tables import moment, of, print_json, show_rows

    with connected(data_dir, url, token_file) as client:
        found = client.get("/deliveries", status=status and status.value, limit=limit)
    if as_json:
        print_json(found)
        return
    columns = [
        ("id", of("id")),
        ("event", of("event_type")),
        ("about", of("subject")),
        ("receiver", of("receiver")),
        ("status", of("status")),
        ("attempts", of("attempts")),
        ("created", moment("created_at")),
        ("reason", of("reason")),
    ]
    show_rows(found, columns, empty="no deliveries")


@deliveries.command()
def replay(
    delivery: Annotated[str, typer.Argument(metavar="ID", help="Id of the delivery.")],
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Send a delivery again, a dead one too."""
    from monitor.cli.tables import print_json, say

    with connected(data_dir, url, token_file) as client:
        done = client.post(f"/deliveries/{delivery}/replay")
    if as_json:
        print_json(done)
    else:
        say(f"{done['id']} is {done['status']} for {done['receiver']}")
