"""`monitor notices`: what users are told, and the say that people have in it."""

from typing import Annotated, Any

import typer

from monitor.cli.connection import connected
from monitor.cli.options import (
    DEFAULT_DATA_DIR,
    DEFAULT_LIMIT,
    AsJson,
    By,
    DataDir,
    Limit,
    TokenFile,
    Url,
)
from monitor.cli.people import person
from monitor.cli.templates import lint, preview

notices = typer.Typer(
    no_args_is_help=True, help="Read notices and their templates; approve and retract notices."
)
notices.command()(preview)
notices.command()(lint)

NoticeId = Annotated[str, typer.Argument(metavar="ID", help="Id of the notice.")]


@notices.command("list")
def list_(
    limit: Limit = DEFAULT_LIMIT,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """List the notices, published or waiting."""
    from monitor.cli.tables import moment, of, print_json, show_rows

    with connected(data_dir, url, token_file) as client:
        found = client.get("/notices", limit=limit)
    if as_json:
        print_json(found)
        return
    columns = [
        ("id", of("id")),
        ("kind", of("kind")),
        ("state", of("state")),
        ("about", of("subject")),
        ("services", of("services")),
        ("at", moment("at")),
    ]
    show_rows(found, columns, empty="no notices")


@notices.command()
def show(
    notice: NoticeId,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Show a notice as it reads in every language."""
    from monitor.cli.tables import print_json

    with connected(data_dir, url, token_file) as client:
        found = client.get(f"/notices/{notice}")
    if as_json:
        print_json(found)
    else:
        _show(found)


@notices.command()
def approve(
    notice: NoticeId,
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Publish a notice that waits for a person."""
    with connected(data_dir, url, token_file) as client:
        done = client.post(f"/notices/{notice}/approve", {"by": person(by)})
        _told(done, as_json=as_json)


@notices.command()
def retract(
    notice: NoticeId,
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Take a notice back."""
    with connected(data_dir, url, token_file) as client:
        done = client.post(f"/notices/{notice}/retract", {"by": person(by)})
        _told(done, as_json=as_json)


def _show(found: dict[str, Any]) -> None:
    from monitor.cli.tables import say, short_time, show_facts

    show_facts({key: short_time(found.get(key)) for key in ("id", "kind", "state", "at")})
    for locale, text in found["texts"].items():
        say("", f"[{locale}] {text['subject']}", text["text"])


def _told(notice: Any, *, as_json: bool) -> None:
    from monitor.cli.tables import print_json, say

    if as_json:
        print_json(notice)
    else:
        say(f"{notice['id']} is {notice['state']}")
