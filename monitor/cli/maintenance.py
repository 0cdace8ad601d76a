"""`monitor maintenance`: follow windows and say how the work goes; planning has its own file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

import typer

from monitor.cli.connection import connected
from monitor.cli.options import (
    DEFAULT_DATA_DIR,
    DEFAULT_LIMIT,
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
from monitor.cli.planning import end_series, schedule, series, tell_window
from monitor.cli.times import parse_moment, short_time
from monitor.clock import SystemClock

maintenance = typer.Typer(
    no_args_is_help=True,
    help=f"Plan and follow maintenance. Times are {TIMES}; one without a zone is in"
    " the platform's unless --time-zone says otherwise.",
)
maintenance.command()(schedule)
maintenance.command()(series)
maintenance.command("end-series")(end_series)

WindowId = Annotated[str, typer.Argument(metavar="ID", help="Id of the window.")]
NewEnd = Annotated[str, typer.Option("--end", metavar="TIME", help=f"New end: {TIMES}.")]
NewStart = Annotated[str, typer.Option("--start", metavar="TIME", help=f"New start: {TIMES}.")]


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
def show(
    window: WindowId,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Show a window: planned and actual times, every step and who took it, and its notices."""
    from monitor.cli.tables import moment, of, print_json, say, show_facts, show_rows

    with connected(data_dir, url, token_file) as client:
        found = client.get(f"/maintenance/{window}")
    if as_json:
        print_json(found)
        return
    parts = {
        "steps": [("step", of("type")), ("at", moment("at")), ("by", _by)],
        "notices": [
            *((each, of(each)) for each in ("id", "kind", "state")),
            ("at", moment("at")),
        ],
    }
    rows = {"steps": found["events"], "notices": found["notices"]}
    show_facts({key: short_time(each) for key, each in found.items() if key not in _SEVERAL})
    for title, columns in parts.items():
        if rows[title]:
            say("", f"{title}:")
            show_rows(rows[title], columns)


_SEVERAL = frozenset({"events", "notices"})


def _by(event: Mapping[str, Any]) -> object:
    return event["data"].get("by")


@maintenance.command()
def approve(
    window: WindowId,
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Schedule a draft."""
    place = _Place(data_dir, url, token_file)
    _step(window, "approve", {"by": person(by)}, place, as_json=as_json)


@maintenance.command()
def reschedule(
    *,
    window: WindowId,
    start: NewStart,
    end: NewEnd,
    by: By = None,
    time_zone: TimeZone = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Move a window that has not begun."""
    place = _Place(data_dir, url, token_file, time_zone)
    body = {"by": person(by)}
    _step(window, "reschedule", body, place, as_json=as_json, start=start, end=end)


@maintenance.command()
def extend(
    *,
    window: WindowId,
    end: NewEnd,
    by: By = None,
    time_zone: TimeZone = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Give a window a later end."""
    place = _Place(data_dir, url, token_file, time_zone)
    _step(window, "extend", {"by": person(by)}, place, as_json=as_json, end=end)


@maintenance.command()
def verify(
    window: WindowId,
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Say that the work is done, and let three green rounds of the probes complete it."""
    place = _Place(data_dir, url, token_file)
    _step(window, "verify", {"by": person(by)}, place, as_json=as_json)


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
    place = _Place(data_dir, url, token_file)
    _step(window, "complete", {"by": person(by)}, place, as_json=as_json)


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
    place = _Place(data_dir, url, token_file)
    _step(window, "cancel", {"by": person(by)}, place, as_json=as_json)


class _Place(NamedTuple):
    """Where the running monitor is found, and the zone of times if it is not the platform's."""

    data_dir: Path
    url: str | None
    token_file: Path | None
    time_zone: ZoneInfo | None = None


def _step(
    window: str, step: str, body: dict[str, str], place: _Place, *, as_json: bool, **times: str
) -> None:
    now = SystemClock().now()
    with connected(*place) as client:
        read = {key: parse_moment(each, now) for key, each in times.items()}
        done = client.post(f"/maintenance/{window}/{step}", {**body, **read})
    tell_window(done, as_json=as_json)
