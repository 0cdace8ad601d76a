"""`monitor subscribers`: who asked for notices by mail, and who is taken off the list."""

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

subscribers = typer.Typer(no_args_is_help=True, help="List subscribers of mail and remove one.")


@subscribers.command("list")
def list_(
    full: Annotated[
        bool, typer.Option("--full", help="Show whole addresses; needs the token.")
    ] = False,
    after: Annotated[str, typer.Option("--after", help="Go on behind this id.")] = "",
    limit: Limit = DEFAULT_LIMIT,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """List subscribers by id, their addresses masked."""
    from monitor.cli.tables import moment, of, print_json, show_rows

    with connected(data_dir, url, token_file) as client:
        found = (
            client.post("/subscribers/reveal", {"after": after, "limit": limit})
            if full
            else client.get("/subscribers", after=after, limit=limit)
        )
    if as_json:
        print_json(found)
        return
    columns = [
        ("id", of("id")),
        ("address", of("address")),
        ("language", of("locale")),
        ("services", lambda row: ", ".join(row["services"]) or "all"),
        ("confirmed", moment("confirmed_at")),
        ("bounces", of("bounces")),
        ("suppressed", moment("suppressed_at")),
    ]
    show_rows(found, columns, empty="no subscribers")


@subscribers.command()
def remove(
    who: Annotated[str, typer.Argument(metavar="WHO", help="Address or id of the subscriber.")],
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Delete a subscriber and all that is kept of the address."""
    from monitor.cli.tables import print_json, say

    with connected(data_dir, url, token_file) as client:
        done = client.post("/subscribers/remove", {"who": who})
    if as_json:
        print_json(done)
    else:
        say(f"{done['id']} ({done['address']}) is removed")
