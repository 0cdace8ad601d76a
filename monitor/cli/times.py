"""Times and durations as people type them on a command line, and times as they read them there."""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from monitor.cli.exits import ClientError
from monitor.config import parse_duration
from monitor.model.codec import format_time

_zone: ContextVar[Callable[[], tzinfo]] = ContextVar("zone", default=lambda: UTC)


def use_zone(find: Callable[[], tzinfo]) -> None:
    """Read and show times in the zone that *find* returns; it is asked when first needed."""
    _zone.set(cache(find))


def zone_named(name: str) -> ZoneInfo:
    """Return the zone of that name; another word is bad usage."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise typer.BadParameter(f"{name!r} is no time zone such as Asia/Shanghai") from error


def parse_moment(text: str, now: datetime) -> str:
    """Return an ISO time in UTC for ISO text, `now` or `+5m`; a naive one is in the zone in use."""
    try:
        return format_time(_moment(text, now))
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is neither an ISO time, now, nor +5m") from error
    except OverflowError as error:
        raise typer.BadParameter(f"{text!r} is beyond the calendar") from error


def short_time(text: object) -> object:
    """Return `2026-01-10 08:30:00+08:00`, in the zone in use, for an ISO time in UTC.

    All else is left as it is.
    """
    if not isinstance(text, str) or not text.endswith("Z"):
        return text
    try:
        at = datetime.fromisoformat(text)
        shown = at.astimezone(_zone_to_show())
    except (ValueError, OverflowError):
        return text
    return shown.isoformat(" ", "seconds").replace("+00:00", "Z")


def later(moment: str, span_seconds: float) -> str:
    """Return the ISO time that comes so many seconds after *moment*."""
    try:
        return format_time(datetime.fromisoformat(moment) + timedelta(seconds=span_seconds))
    except OverflowError as error:
        raise typer.BadParameter("it ends beyond the calendar") from error


def seconds(text: str) -> float:
    """Return the seconds of `90`, `500ms`, `2s`, `5m`, `1h` or `3d`."""
    try:
        return parse_duration(float(text) if _is_number(text) else text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no duration such as 90, 2s, 5m or 1h") from error


def _moment(text: str, now: datetime) -> datetime:
    if text == "now":
        return now
    if text.startswith("+"):
        return now + timedelta(seconds=seconds(text[1:]))
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=_zone.get()())


def _zone_to_show() -> tzinfo:
    try:
        return _zone.get()()
    except ClientError:
        # What was done or found is told all the same, and a time says its offset.
        use_zone(lambda: UTC)
        return UTC


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()
