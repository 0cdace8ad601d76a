"""Times and durations as people type them on a command line."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from monitor.config import parse_duration
from monitor.model.codec import format_time


def parse_moment(text: str, now: datetime, zone: str) -> str:
    """Return an ISO time in UTC for ISO text, `now` or `+5m`; a naive time is one of *zone*."""
    place = _zone(zone)
    if text == "now":
        return format_time(now)
    if text.startswith("+"):
        return format_time(now + timedelta(seconds=seconds(text[1:])))
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is neither an ISO time, now, nor +5m") from error
    return format_time(at if at.tzinfo else at.replace(tzinfo=place))


def later(moment: str, span_seconds: float) -> str:
    """Return the ISO time that comes so many seconds after *moment*."""
    return format_time(datetime.fromisoformat(moment) + timedelta(seconds=span_seconds))


def seconds(text: str) -> float:
    """Return the seconds of `90`, `500ms`, `2s`, `5m`, `1h` or `3d`."""
    try:
        return parse_duration(float(text) if _is_number(text) else text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no duration such as 90, 2s, 5m or 1h") from error


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise typer.BadParameter(f"{name!r} is no time zone such as Asia/Shanghai") from error
