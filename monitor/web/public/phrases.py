"""The page's own words in one locale, and what is written with them: names, times, shares."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from babel import UnknownLocaleError
from markupsafe import Markup

from monitor.model.notice import NoticeText
from monitor.model.platform import LocalizedText
from monitor.publish.notices.wording import (
    Times,
    duration,
    head_names,
    join_names,
    language_name,
    language_of,
    localized,
    machine_time,
    seconds_between,
    sentence,
)
from monitor.web.public.links import Links, ListenerLinks
from monitor.web.public.months import Month
from monitor.web.public.news import news_in, standing
from monitor.web.public.view import (
    PublicDay,
    PublicIncident,
    PublicService,
    PublicUpdate,
    PublicView,
    PublicWindow,
)

log = structlog.get_logger(__name__)

FOLDER = Path(__file__).parent / "words"
MOST_NAMES = 8
# Before the names of languages in a catalog; no word of a template begins like this.
LANGUAGE = "language:"
MOST_UPDATES = 5


def load_words(folder: Path = FOLDER) -> Mapping[str, Mapping[str, str]]:
    """Return the catalog of each locale that the page speaks."""
    return {
        each.stem: json.loads(each.read_text("utf-8")) for each in sorted(folder.glob("*.json"))
    }


def own_words(folder: Path | None) -> Mapping[str, Mapping[str, str]]:
    """Return the operator's catalogs, `<locale>/page.json` below *folder*, but for broken ones."""
    found: dict[str, Mapping[str, str]] = {}
    for each in sorted(folder.glob("*/page.json")) if folder is not None else ():
        try:
            # The page names every language that it speaks.
            language_name(each.parent.name)
            catalog = json.loads(each.read_text("utf-8"))
            found[each.parent.name] = {str(key): str(word) for key, word in catalog.items()}
        except (OSError, ValueError, AttributeError, UnknownLocaleError) as error:
            log.warning("own_words_failed", locale=each.parent.name, error=type(error).__name__)
    return found


class Phrases:
    """Writes parts of *view* in *locale* with the words of its catalog."""

    def __init__(
        self,
        view: PublicView,
        locale: str,
        words: Mapping[str, str],
        links: Links | None = None,
    ) -> None:
        self.locale = locale
        self.language = language_of(locale)
        self.glue = "" if self.language == "zh" else " "
        self._view = view
        self._words = words
        self._links = links or ListenerLinks()
        self._names = {each.name: each.names for each in view.services}
        self._zone = ZoneInfo(view.platform.time_zone)
        self.times = Times(locale, view.platform.time_zone)
        self.zone = self.times.zone(view.at)

    @property
    def languages(self) -> Mapping[str, str]:
        """What each locale that the page speaks calls itself."""
        marked = (each for each in self._words if each.startswith(LANGUAGE))
        return {each.removeprefix(LANGUAGE): self._words[each] for each in marked}

    def word(self, key: str, **values: str) -> Markup:
        """Return the word called *key*, its placeholders filled, as HTML."""
        return Markup(self._words[key]).format(**values)  # noqa: S704 - format() escapes.

    def plain(self, key: str, **values: str) -> str:
        """Return the word called *key*, its placeholders filled, as plain text."""
        return self._words[key].format(**values)

    def link(self, path: str, locale: str = "") -> str:
        """Return where *path* leads in this locale, or in the one given."""
        return self._links.page(path, locale or self.locale)

    @property
    def stands_alone(self) -> bool:
        """Whether the page is a file that nobody updates while it is read."""
        return self._links.are_files

    def asset(self, name: str, version: str) -> str:
        """Return where a static file is."""
        return self._links.asset(name, version)

    def text(self, text: LocalizedText) -> str:
        """Return a text of the operator in this locale."""
        return localized(text, self.locale)

    def closed(self, text: str) -> str:
        """Return *text* with a full stop."""
        return sentence(text, self.locale)

    def service(self, name: str) -> str:
        """Return the public name of a service; one that is gone keeps its key to itself."""
        return localized(self._names.get(name, {}), self.locale)

    def services(self, names: Sequence[str]) -> str:
        """Return the public names as a list."""
        return join_names(self._known(names), self.locale)

    def some_services(self, names: Sequence[str]) -> str:
        """Return the public names, the first few of many and how many there are."""
        known = self._known(names)
        if len(known) <= MOST_NAMES:
            return join_names(known, self.locale)
        separator = "、" if self.language == "zh" else ", "
        first = separator.join(known[:MOST_NAMES])
        return self.plain("and_more", services=first, count=str(len(known)))

    def heading(self, names: Sequence[str]) -> str:
        """Return the public names as they stand in a title."""
        return head_names(self._known(names), self.locale)

    def notice_text(self, update: PublicUpdate) -> NoticeText:
        """Return a notice in this locale, or in one there is."""
        texts = update.texts
        nothing = NoticeText(subject="", text="", html="")
        return texts.get(self.locale) or next(iter(texts.values()), nothing)

    def summary(self, update: PublicUpdate) -> str:
        """Return a notice's first paragraph: what users cannot do, and since when."""
        return self.notice_text(update).text.partition("\n\n")[0]

    def standing(self, updates: Sequence[PublicUpdate]) -> Sequence[PublicUpdate]:
        """Return the notices that the front page shows in full."""
        return standing(updates)

    def news(self, update: PublicUpdate, before: PublicUpdate | None) -> str:
        """Return in short what a notice told that the one *before* had not; empty: nothing."""
        if update.repeats:
            return ""
        known = self.notice_text(before).text if before else ""
        told = self.notice_text(update).text.removeprefix(self.plain("salutation"))
        return news_in(told, update.kind, known.removeprefix(self.plain("salutation")), self.locale)

    def first_and_latest(self, updates: Sequence[PublicUpdate]) -> Sequence[PublicUpdate]:
        """Return the latest notices and the first one, where there are too many to show."""
        if len(updates) <= MOST_UPDATES:
            return updates
        return (*updates[: MOST_UPDATES - 2], updates[-1])

    def safe_html(self, update: PublicUpdate) -> Markup:
        """Return a notice's HTML, which was escaped when it was rendered."""
        return Markup(self.notice_text(update).html)  # noqa: S704 - see the docstring.

    def incident_name(self, incident: PublicIncident) -> str:
        """Return the subject of the notice that told it first."""
        return self.notice_text(incident.updates[-1]).subject

    def window_name(self, window: PublicWindow) -> str:
        """Return the operator's title, or what is maintained."""
        title = self.text(window.title)
        return title or self.plain("maintenance_of", services=self.heading(window.services))

    def minute(self, at: datetime) -> Markup:
        """Return *at* as HTML that machines can read, too."""
        return _time(at, self.times.minute(at))

    def second(self, at: datetime) -> Markup:
        """Return *at* to the second."""
        return _time(at, self.times.second(at))

    def span(self, start: datetime, end: datetime) -> Markup:
        """Return a span of time; the date stands once where it is the same."""
        to = self.plain("to")
        # What follows "to" stays with it at the end of a line.
        glue = to if self.language == "zh" else f" {to}\xa0"
        later = _time(end, self.times.until(end, start))
        return Markup("{}{}{}").format(_time(start, self.times.minute(start)), glue, later)

    def lasted(self, start: datetime, end: datetime) -> str:
        """Return how long it was from *start* to *end*."""
        return duration(seconds_between(start, end), self.locale)

    def elapsed(self, seconds: float) -> str:
        """Return a time that something took, to two or three figures."""
        milliseconds = seconds * 1000
        if milliseconds < 10:
            return self.plain("milliseconds", count=f"{milliseconds:.2g}")
        if milliseconds < 1000:
            return self.plain("milliseconds", count=f"{milliseconds:.0f}")
        return self.plain("seconds", count=f"{seconds:.2f}")

    def round_time(self, seconds: float) -> str:
        """Return a round figure, such as the end of a scale, without noughts behind the point."""
        if seconds < 1:
            return self.plain("milliseconds", count=f"{seconds * 1000:g}")
        return self.plain("seconds", count=f"{seconds:g}")

    def age(self, age: timedelta) -> str:
        """Return how old something is: minutes, and hours and days where they are many."""
        return duration(int(age.total_seconds()), self.locale) if age else self.plain("moment")

    def share(self, ratio: float | None) -> str:
        """Return a share of time in percent, empty where there is none."""
        if ratio is None:
            return ""
        return "100%" if ratio >= 1 else f"{ratio * 100:.2f}%"

    def month(self, month: Month) -> str:
        """Return a month with its year."""
        return self.times.month(month.start(self._zone))

    def day_title(self, day: PublicDay) -> str:
        """Return what the bar of *day* says when it is pointed at."""
        status = self.plain(f"status_{day.worst.value}")
        share = f" {self.share(day.ratio)}" if day.ratio is not None else ""
        written = self.times.date(day.day)
        return f"{written}{self.plain('colon')}{status}{share}"

    def uptime(self, service: PublicService) -> str:
        """Return the share of time that *service* worked, of the days of which it is known."""
        if service.uptime is None:
            return self.plain("no_uptime")
        days, ratio = str(service.known_days), self.share(service.uptime)
        return self.plain("uptime", days=days, ratio=ratio)

    def bar_label(self, service: PublicService) -> str:
        """Return what the bars of *service* say to those who do not see them."""
        if service.uptime is None:
            return self.plain("no_uptime")
        trouble = sum(each.worst.is_bad for each in service.days)
        count = self.plain("days_with_trouble", count=str(trouble))
        label = self.plain(
            "uptime_label", days=str(service.known_days), ratio=self.share(service.uptime)
        )
        return f"{label}; {count}"

    def _known(self, names: Sequence[str]) -> list[str]:
        return [found for each in names if (found := self.service(each))]


def _time(at: datetime, text: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(machine_time(at), text)
