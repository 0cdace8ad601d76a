"""Every document of the site, in one table: pages, feeds, calendar, badges and the API."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from monitor.model.status import Status
from monitor.web.public.asking import Question, answer_to, on_page
from monitor.web.public.badge import badge_of
from monitor.web.public.bars import Bars
from monitor.web.public.ics import calendar_of
from monitor.web.public.months import Month, ended_at, months_of, past_in, past_of
from monitor.web.public.phrases import Phrases
from monitor.web.public.site import Document, Kind, Make
from monitor.web.public.statuspage import StatuspageApi
from monitor.web.public.statuspage_words import incident_status, moment
from monitor.web.public.view import PublicUpdate, PublicView, PublicWindow

FOLDER = Path(__file__).parent
MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
HTML = "text/html; charset=utf-8"
JSON = "application/json"
RECENT = timedelta(days=14)
LATELY = timedelta(days=90)
FEED_ENTRIES = 50

# XML has no way to write these, and one of them would make a whole feed unreadable.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def load_static(folder: Path = FOLDER / "static") -> Mapping[str, Document]:
    """Return the files below /static by name."""
    return {
        each.name: Document.of(each.read_bytes(), MEDIA_TYPES[each.suffix])
        for each in sorted(folder.iterdir())
    }


class Documents:
    """Renders the documents of a view."""

    def __init__(
        self, static: Mapping[str, Document], takes_subscribers: Callable[[], bool] = lambda: False
    ) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=select_autoescape(["html", "xml"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {
            "versions": {name: each.etag for name, each in static.items()},
            "iso": moment,
            "rfc822": format_datetime,
            "stage": incident_status,
            "operational": Status.OPERATIONAL,
            "takes_subscribers": takes_subscribers,
            "bars": Bars().of,
        }
        self.kinds: Mapping[str, Kind] = {
            "index": Kind(HTML, self._index),
            "incident": Kind(HTML, self._incident),
            "maintenance": Kind(HTML, self._maintenance),
            "window": Kind(HTML, self._window),
            "history": Kind(HTML, self._history),
            "why": Kind(HTML, self._why),
            "atom": Kind("application/atom+xml; charset=utf-8", self._feed("atom.xml")),
            "rss": Kind("application/rss+xml; charset=utf-8", self._feed("rss.xml")),
            "ics": Kind("text/calendar; charset=utf-8", _calendar),
            "badge": Kind("image/svg+xml", _badge),
            "api": Kind(JSON, _api),
        }

    def page(self, template: str, **context: object) -> str:
        """Return the page made by *template*."""
        return self._environment.get_template(template).render(**context)

    def _index(self, view: PublicView, phrases: Phrases, _: str) -> str:
        recent = [each for each in past_of(view) if ended_at(each) >= view.at - RECENT]
        return self.page("index.html", view=view, p=phrases, path="/", recent=recent)

    def _incident(self, view: PublicView, phrases: Phrases, argument: str) -> str | None:
        found = next((each for each in view.incidents if each.id == argument), None)
        if found is None:
            return None
        path = f"/incidents/{argument}"
        return self.page("incident.html", view=view, p=phrases, path=path, incident=found)

    def _maintenance(self, view: PublicView, phrases: Phrases, _: str) -> str:
        ended = [
            each
            for each in past_of(view)
            if isinstance(each, PublicWindow) and ended_at(each) >= view.at - LATELY
        ]
        return self.page("maintenance.html", view=view, p=phrases, path="/maintenance", ended=ended)

    def _window(self, view: PublicView, phrases: Phrases, argument: str) -> str | None:
        found = next((each for each in view.windows if each.id == argument), None)
        if found is None:
            return None
        path = f"/maintenance/{argument}"
        return self.page("window.html", view=view, p=phrases, path=path, window=found)

    def _history(self, view: PublicView, phrases: Phrases, argument: str) -> str | None:
        months = months_of(view)
        month = Month.read(argument) if argument else months[0]
        if month is None or month not in months:
            return None
        return self.page(
            "history.html",
            view=view,
            p=phrases,
            path=f"/history/{argument}" if argument else "/history",
            month=month,
            months=months,
            past=past_in(view, month),
        )

    def _why(self, view: PublicView, phrases: Phrases, _: str) -> str:
        """Return the page as it stands alone: the answer for everything, at the view's time."""
        found = answer_to(Question(view.services, None), view, view.at)
        return self.page("why.html", **on_page(view, phrases, found))

    def _feed(self, template: str) -> Make:
        def make(view: PublicView, phrases: Phrases, _: str) -> str:
            entries = told_of(view)[:FEED_ENTRIES]
            changed = max((update.at for update, _ in entries), default=view.monitored_since)
            text = self.page(template, view=view, p=phrases, entries=entries, changed=changed)
            return NOT_XML.sub("", text)

        return make


def told_of(view: PublicView) -> Sequence[tuple[PublicUpdate, str]]:
    """Return every notice with the path of its page, the newest first."""
    told = [(update, f"/incidents/{each.id}") for each in view.incidents for update in each.updates]
    told += [
        (update, f"/maintenance/{each.id}") for each in view.windows for update in each.updates
    ]
    return sorted(told, key=lambda each: each[0].at, reverse=True)


def _calendar(view: PublicView, phrases: Phrases, _: str) -> bytes:
    return calendar_of(view, phrases)


def _badge(view: PublicView, phrases: Phrases, argument: str) -> bytes | None:
    service = view.service(argument)
    return badge_of(service, phrases) if service else None


def _api(view: PublicView, phrases: Phrases, argument: str) -> str | None:
    document = StatuspageApi(view, phrases).document(argument)
    return None if document is None else json.dumps(document, ensure_ascii=False)
