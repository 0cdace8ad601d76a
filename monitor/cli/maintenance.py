"""`monitor maintenance`: schedule, list, extend, complete and cancel windows."""

import re
from typing import Annotated, Any

import typer

from monitor.cli.connection import connected
from monitor.cli.options import (
    DEFAULT_DATA_DIR,
    DEFAULT_LIMIT,
    DEFAULT_TIME_ZONE,
    TIMES,
    AsJson,
    By,
    DataDir,
    Limit,
    TimeZone,
    TokenFile,
    Url,
)
from monitor.cli.people import person
from monitor.cli.times import parse_moment, seconds
from monitor.clock import SystemClock

maintenance = typer.Typer(
    no_args_is_help=True,
    help=f"Plan and follow maintenance. Times are {TIMES}; one without a zone is in"
    f" {DEFAULT_TIME_ZONE} unless --time-zone says otherwise.",
)

WindowId = Annotated[str, typer.Argument(metavar="ID", help="Id of the window.")]
_BLIPS = re.compile(r"blips:(\d+)x(.+)")


Start = Annotated[str, typer.Option("--start", metavar="TIME", help=f"Beginning: {TIMES}.")]
End = Annotated[str, typer.Option("--end", metavar="TIME", help=f"Planned end: {TIMES}.")]
Services = Annotated[
    list[str] | None, typer.Option("--service", help="A service; may be repeated.")
]
Components = Annotated[
    list[str] | None, typer.Option("--component", help="A component; may be repeated.")
]
TitleZh = Annotated[str | None, typer.Option("--title-zh", help="Title for users, in Chinese.")]
TitleEn = Annotated[str | None, typer.Option("--title-en", help="Title for users, in English.")]
Note = Annotated[
    str | None, typer.Option("--note", help="For operations only; users never see it.")
]
Expected = Annotated[
    str | None,
    typer.Option(
        "--expected",
        metavar="PATTERN",
        help='What users will notice: "full" (default), "partial", or "blips:3x30s" for at'
        " most 3 interruptions of at most 30 s.",
    ),
]


@maintenance.command()
def schedule(
    *,
    start: Start,
    end: End,
    services: Services = None,
    components: Components = None,
    title_zh: TitleZh = None,
    title_en: TitleEn = None,
    note: Note = None,
    expected: Expected = None,
    by: By = None,
    time_zone: TimeZone = DEFAULT_TIME_ZONE,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Schedule a window for services, components or both."""
    if not services and not components:
        raise typer.BadParameter("say what it is for with --service or --component")
    now = SystemClock().now()
    title = {key: each for key, each in (("zh-CN", title_zh), ("en", title_en)) if each}
    optional = {"title": title, "note": note, "expected": expected and _pattern(expected)}
    body: dict[str, object] = {
        "services": services or [],
        "components": components or [],
        "start": parse_moment(start, now, time_zone),
        "end": parse_moment(end, now, time_zone),
        "by": person(by),
        **{key: each for key, each in optional.items() if each},
    }
    with connected(data_dir, url, token_file) as client:
        _told(client.post("/maintenance", body), as_json=as_json)


@maintenance.command("list")
def list_(
    open_only: Annotated[
        bool, typer.Option("--open", help="Only those that have not ended.")
    ] = False,
    limit: Limit = DEFAULT_LIMIT,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """List the windows there are and were."""
    from monitor.cli.tables import moment, of, print_json, show_rows

    with connected(data_dir, url, token_file) as client:
        found = client.get("/maintenance", open=open_only or None, limit=limit)
    if as_json:
        print_json(found)
        return
    columns = [
        ("id", of("id")),
        ("status", of("status")),
        ("services", of("services")),
        ("components", of("components")),
        ("start", moment("start")),
        ("end", moment("end")),
        ("ended", moment("actual_end")),
    ]
    show_rows(found, columns, empty="no maintenance")


@maintenance.command()
def extend(
    *,
    window: WindowId,
    end: Annotated[str, typer.Option("--end", metavar="TIME", help=f"New end: {TIMES}.")],
    by: By = None,
    time_zone: TimeZone = DEFAULT_TIME_ZONE,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Give a window a later end."""
    later = parse_moment(end, SystemClock().now(), time_zone)
    with connected(data_dir, url, token_file) as client:
        body = {"end": later, "by": person(by)}
        _told(client.post(f"/maintenance/{window}/extend", body), as_json=as_json)


@maintenance.command()
def complete(
    window: WindowId,
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Say that the work is done, before or after the planned end."""
    with connected(data_dir, url, token_file) as client:
        done = client.post(f"/maintenance/{window}/complete", {"by": person(by)})
        _told(done, as_json=as_json)


@maintenance.command()
def cancel(
    window: WindowId,
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Call a window off."""
    with connected(data_dir, url, token_file) as client:
        done = client.post(f"/maintenance/{window}/cancel", {"by": person(by)})
        _told(done, as_json=as_json)


def _pattern(text: str) -> dict[str, object]:
    if text in {"full", "partial"}:
        return {"kind": text, "count": 0, "max_seconds": 0}
    match = _BLIPS.fullmatch(text)
    if match is None:
        raise typer.BadParameter(f'{text!r} is none of "full", "partial" and "blips:3x30s"')
    return {"kind": "blips", "count": int(match[1]), "max_seconds": seconds(match[2])}


def _told(window: Any, *, as_json: bool) -> None:
    from monitor.cli.tables import print_json, say, short_time

    if as_json:
        print_json(window)
        return
    start, end = short_time(window["start"]), short_time(window["end"])
    say(f"{window['id']} is {window['status']}: {start} to {end}")
