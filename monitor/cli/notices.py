"""`monitor notices`: what users are told, and the say that people have in it."""

from typing import Annotated, Any

import typer

from monitor.cli.connection import connected
from monitor.cli.exits import give_up
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
from monitor.cli.times import short_time
from monitor.model.notice import Audience, NoticeState

notices = typer.Typer(
    no_args_is_help=True, help="Read notices and their templates, and decide what users read."
)
notices.command()(preview)
notices.command()(lint)

NoticeId = Annotated[str, typer.Argument(metavar="ID", help="Id of the notice.")]


State = Annotated[
    NoticeState | None, typer.Option("--state", help="Only those; `pending` waits for a person.")
]
Reason = Annotated[str, typer.Option("--reason", help="Why; for the record, not for users.")]
Texts = Annotated[
    list[str] | None,
    typer.Option("--text", metavar="LOCALE=TEXT", help="What users read; once for each language."),
]


@notices.command("list")
def list_(
    state: State = None,
    limit: Limit = DEFAULT_LIMIT,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """List the notices, published or waiting."""
    from monitor.cli.tables import moment, of, print_json, show_rows

    with connected(data_dir, url, token_file) as client:
        wanted = {"state": state.value} if state else {}
        found = client.get("/notices", limit=limit, **wanted)
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
    audience: Annotated[
        Audience | None, typer.Option(help="As these read it, instead of users.")
    ] = None,
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
        _show(found, audience.value if audience else "")


@notices.command()
def publish(
    incident: Annotated[str, typer.Argument(metavar="ID", help="Id of an open incident.")],
    text: Texts = None,
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Publish an update on an open incident in your own words."""
    body = {"subject": incident, "by": person(by), "texts": _texts(text)}
    with connected(data_dir, url, token_file) as client:
        _told(client.post("/notices", body), as_json=as_json)


@notices.command()
def reject(
    notice: NoticeId,
    reason: Reason = "",
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Keep a notice that waits for a person from users."""
    with connected(data_dir, url, token_file) as client:
        done = client.post(f"/notices/{notice}/reject", {"by": person(by), "reason": reason})
        _told(done, as_json=as_json)


@notices.command()
def correct(
    notice: NoticeId,
    *,
    text: Texts = None,
    reason: Reason = "",
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Set a published notice right: it stays, marked, and users read what is right."""
    body = {"by": person(by), "reason": reason, "texts": _texts(text)}
    with connected(data_dir, url, token_file) as client:
        _told(client.post(f"/notices/{notice}/correct", body), as_json=as_json)


@notices.command()
def approve(
    notice: NoticeId,
    reason: Reason = "",
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Publish a notice that waits for a person."""
    with connected(data_dir, url, token_file) as client:
        done = client.post(f"/notices/{notice}/approve", {"by": person(by), "reason": reason})
        _told(done, as_json=as_json)


@notices.command()
def retract(
    notice: NoticeId,
    *,
    text: Texts = None,
    reason: Reason = "",
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Take a notice off the page; users are told that it no longer holds."""
    body = {"by": person(by), "reason": reason, "texts": _texts(text)}
    with connected(data_dir, url, token_file) as client:
        done = client.post(f"/notices/{notice}/retract", body)
        _told(done, as_json=as_json)


def _texts(given: list[str] | None) -> dict[str, str]:
    """Return the texts per locale of options such as `en=It works again.`."""
    texts = {}
    for each in given or ():
        locale, equals, text = each.partition("=")
        if not equals or not locale.strip() or not text.strip():
            give_up(f"--text {each!r}: expected LOCALE=TEXT, such as en=It works again.")
        texts[locale.strip()] = text.strip()
    return texts


def _show(found: dict[str, Any], audience: str) -> None:
    from monitor.cli.tables import say, show_facts

    show_facts({key: short_time(found.get(key)) for key in ("id", "kind", "state", "at")})
    for step in found.get("history", ()):
        by = step["by"] or f"rule {step['rule']}"
        say(f"{short_time(step['at'])}  {step['state']} by {by}  {step['reason']}".rstrip())
    texts = found.get("audiences", {}).get(audience, {}) if audience else found["texts"]
    for locale, text in texts.items():
        say("", f"[{locale}] {text['subject']}", text["text"])


def _told(notice: Any, *, as_json: bool) -> None:
    from monitor.cli.tables import print_json, say

    if as_json:
        print_json(notice)
    else:
        say(f"{notice['id']} is {notice['state']}")
