"""A service's 90 days as bars: made once per day and language, since pages are rendered often."""

from collections.abc import Sequence

from markupsafe import Markup

from monitor.web.public.phrases import Phrases
from monitor.web.public.view import PublicDay, PublicService

DAYS = 90
# More than services and days have; beyond that all are made anew.
MOST_HELD = 50_000
_EMPTY = Markup('<i class="s-unknown"></i>')
_BAR = Markup('<i class="s-{}" title="{}"></i>')


class Bars:
    """Writes bars; days that stay as they were are not written again."""

    def __init__(self) -> None:
        self._days: dict[tuple[str, PublicDay], Markup] = {}
        self._rows: dict[tuple[str, str], tuple[Sequence[PublicDay], Markup]] = {}

    def of(self, service: PublicService, phrases: Phrases) -> Markup:
        """Return the bars of *service*, oldest first; days before all that is known are empty."""
        key = (phrases.locale, service.name)
        held = self._rows.get(key)
        if held is None or held[0] != service.days:
            before = [_EMPTY] * max(0, DAYS - len(service.days))
            bars = (self._bar(each, phrases) for each in service.days)
            held = (service.days, Markup().join([*before, *bars]))
            self._rows[key] = held
        return held[1]

    def _bar(self, day: PublicDay, phrases: Phrases) -> Markup:
        key = (phrases.locale, day)
        if key not in self._days:
            if len(self._days) >= MOST_HELD:
                self._days.clear()
            self._days[key] = _BAR.format(day.worst.value, phrases.day_title(day))
        return self._days[key]
