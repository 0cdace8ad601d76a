"""The maintenance windows as a calendar that people subscribe to."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from monitor.model.maintenance import WindowStatus
from monitor.web.public.phrases import Phrases
from monitor.web.public.view import PublicView, PublicWindow

REFRESH = timedelta(hours=1)


def calendar_of(view: PublicView, phrases: Phrases) -> bytes:
    """Return all windows; a cancelled one stays, so that subscribers take it out."""
    calendar = Calendar()
    name = f"{phrases.text(view.platform.names)} {phrases.plain('maintenance_title')}"
    calendar.add("prodid", "-//availability-monitor//maintenance//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", view.platform.time_zone)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for window in reversed(view.windows):
        calendar.add_component(_event(window, view, phrases))
    return bytes(calendar.to_ical())


def _event(window: PublicWindow, view: PublicView, phrases: Phrases) -> Event:
    cancelled = window.status is WindowStatus.CANCELLED
    latest = next(iter(window.updates), None)
    text = latest.texts.get(phrases.locale) if latest else None
    event = Event()
    event.add("uid", f"{window.id}@{_host(view)}")
    event.add("sequence", window.revision)
    event.add("dtstamp", _whole(window.updated_at))
    event.add("last-modified", _whole(window.updated_at))
    event.add("created", _whole(window.created_at))
    event.add("dtstart", _whole(window.begins_at))
    event.add("dtend", _whole(max(window.ends_at, window.begins_at)))
    event.add("summary", phrases.window_name(window))
    event.add("description", text.text if text else phrases.services(window.services))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("url", f"{view.platform.url}/maintenance/{window.id}")
    return event


def _whole(at: datetime) -> datetime:
    """Return *at* as calendars read it: another offset would name a zone that nobody knows."""
    return at.astimezone(UTC).replace(microsecond=0)


def _host(view: PublicView) -> str:
    return urlsplit(view.platform.url).hostname or "availability-monitor.invalid"
