"""`monitor maintenance schedule` and series: what is planned, for what, and who is told when."""

import re
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from monitor.cli.connection import connected
from monitor.cli.options import (
    DEFAULT_DATA_DIR,
    TIMES,
    AsJson,
    By,
    Components,
    DataDir,
    Services,
    TimeZone,
    TitleEn,
    TitleZh,
    TokenFile,
    Url,
)
from monitor.cli.people import person
from monitor.cli.times import later, parse_moment, seconds, short_time
from monitor.clock import SystemClock

if TYPE_CHECKING:
    from monitor.cli.client import Client

_BLIPS = re.compile(r"blips:(\d+)x(.+)")

Start = Annotated[
    str,
    typer.Option(
        "--start", metavar="TIME", help=f"Beginning: {TIMES}; with --rrule, of the first window."
    ),
]
End = Annotated[str | None, typer.Option("--end", metavar="TIME", help=f"Planned end: {TIMES}.")]
Length = Annotated[
    str | None,
    typer.Option("--duration", metavar="SPAN", help="How long instead of --end, such as 48h."),
]
Rule = Annotated[
    str | None,
    typer.Option(
        "--rrule", metavar="RULE", help='Make it recur, such as "FREQ=WEEKLY;BYDAY=SU" (RFC 5545).'
    ),
]
Except = Annotated[
    list[str] | None,
    typer.Option("--except", metavar="DAY", help="A day without a window; may be repeated."),
]
Note = Annotated[
    str | None, typer.Option("--note", help="For operations only; users never see it.")
]
Owner = Annotated[str | None, typer.Option("--owner", help="Who answers for the work.")]
Approval = Annotated[
    bool, typer.Option("--approval", help="Enter a draft that somebody has to approve.")
]
Lead = Annotated[
    str | None,
    typer.Option(
        "--lead", metavar="SPAN", help="How long ahead users are told, such as 3d; at once without."
    ),
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


def schedule(
    *,
    start: Start,
    end: End = None,
    duration: Length = None,
    rrule: Rule = None,
    excluded: Except = None,
    services: Services = None,
    components: Components = None,
    title_zh: TitleZh = None,
    title_en: TitleEn = None,
    note: Note = None,
    owner: Owner = None,
    approval: Approval = False,
    lead: Lead = None,
    expected: Expected = None,
    by: By = None,
    time_zone: TimeZone = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Schedule a window, or with --rrule a series of them, for services, components or both."""
    title = {key: each for key, each in (("zh-CN", title_zh), ("en", title_en)) if each}
    said = {"title": title, "note": note, "owner": owner, "approval": approval}
    body: dict[str, object] = {
        **_subjects(services, components),
        "by": person(by),
        **{key: each for key, each in said.items() if each},
        **({"expected": _pattern(expected)} if expected else {}),
        **({} if lead is None else {"lead_seconds": seconds(lead)}),
    }
    with connected(data_dir, url, token_file, time_zone) as client:
        if rrule is None:
            times = _window_times(start, end, duration, excluded)
        else:
            times = _series_times(start, end, duration, time_zone)
            times |= {"rrule": rrule, **({"except": excluded} if excluded else {})}
        _plan(client, {**body, **times}, as_json=as_json)


def series(
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """List the series in force, of the configuration and of people, with their next windows."""
    with connected(data_dir, url, token_file) as client:
        found = client.get("/maintenance/series")
    _tell_series(found, as_json=found if as_json else None)


def end_series(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Id of the series.")],
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Plan no more windows of a series, and call those off that have not begun."""
    from monitor.cli.tables import print_json, say

    with connected(data_dir, url, token_file) as client:
        found = client.post(f"/maintenance/series/{identity}/end", {"by": person(by)})
    if as_json:
        print_json(found)
    else:
        say(f"{identity} has ended")


def _plan(client: "Client", body: dict[str, object], *, as_json: bool) -> None:
    if "rrule" not in body:
        tell_window(client.post("/maintenance", body), as_json=as_json)
        return
    found = client.post("/maintenance/series", body)
    _tell_series([found], as_json=found if as_json else None)


def tell_window(window: Any, *, as_json: bool) -> None:
    """Print what became of a window, and what to know of it."""
    from monitor.cli.tables import print_json, say

    if as_json:
        print_json(window)
        return
    start, end = short_time(window["start"]), short_time(window["end"])
    say(f"{window['id']} is {window['status']}: {start} to {end}", *_warnings(window))


def _tell_series(found: list[Any], *, as_json: object) -> None:
    from monitor.cli.tables import of, print_json, say, show_rows

    if as_json is not None:
        print_json(as_json)
        return
    columns = [(each, of(each)) for each in ("id", "rrule", "start", "time_zone")]
    show_rows(
        found,
        [
            *columns,
            *((each, of(each)) for each in ("services", "components")),
            ("ahead", lambda row: len(row["windows"])),
            ("next", lambda row: short_time(row["windows"][0]["start"]) if row["windows"] else ""),
        ],
        empty="no series",
    )
    say(*(line for each in found for line in _warnings(each)))


def _warnings(found: Any) -> list[str]:
    return [f"warning: {each}" for each in found.get("warnings", ())]


def _subjects(services: list[str] | None, components: list[str] | None) -> dict[str, object]:
    if not services and not components:
        raise typer.BadParameter("say what it is for with --service or --component")
    return {"services": services or [], "components": components or []}


def _window_times(
    start: str, end: str | None, duration: str | None, excluded: list[str] | None
) -> dict[str, object]:
    """Return the start and the end of a window; a duration counts from its start."""
    if excluded:
        raise typer.BadParameter("--except needs --rrule")
    if (end is None) == (duration is None):
        raise typer.BadParameter("say when it ends with either --end or --duration")
    now = SystemClock().now()
    begins = parse_moment(start, now)
    ends = parse_moment(end, now) if end else later(begins, seconds(duration or ""))
    return {"start": begins, "end": ends}


def _series_times(
    start: str, end: str | None, duration: str | None, zone: ZoneInfo | None
) -> dict[str, object]:
    """Return the first wall time of a series and how long each of its windows is."""
    if end is not None or duration is None:
        raise typer.BadParameter("a series has a --duration, and no --end")
    times: dict[str, object] = {"start": start, "duration_seconds": seconds(duration)}
    return times | ({"time_zone": zone.key} if zone else {})


def _pattern(text: str) -> dict[str, object]:
    if text in {"full", "partial"}:
        return {"kind": text, "count": 0, "max_seconds": 0}
    match = _BLIPS.fullmatch(text)
    if match is None:
        raise typer.BadParameter(f'{text!r} is none of "full", "partial" and "blips:3x30s"')
    return {"kind": "blips", "count": int(match[1]), "max_seconds": seconds(match[2])}
