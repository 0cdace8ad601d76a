"""The arithmetic of words: times in the platform's zone, durations and lists, per locale."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from math import inf
from typing import Literal, cast
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta, get_timezone_name
from babel.lists import format_list

from monitor.model.platform import LocalizedText

# What people in mainland China call their zone; CLDR's own name is 中国标准时间.
_BEIJING = {"zh": "北京时间", "en": "Beijing time (UTC+8)"}
_PATTERNS = {
    "zh": {"date": "y年M月d日（EEE）", "day": "y年M月d日", "month": "y年M月"},
    "en": {"date": "EEEE, d MMMM y, ", "day": "d MMMM y", "month": "MMMM y"},
}
_UNITS = {"zh": ("天", "小时", "分", "秒"), "en": ("day", "hour", "minute", "second")}
_Granularity = Literal["day", "hour", "minute", "second"]
_LONE_MINUTES = "分钟"  # Chinese says 5 分 12 秒, but 5 分钟.
_STOPS = ("。", ".", "！", "!", "？", "?", "…")


def language_of(locale: str) -> str:
    """Return the language of *locale*, such as `zh` of `zh-CN`."""
    return locale.partition("-")[0].lower()


def language_name(locale: str) -> str:
    """Return what a language calls itself, such as `中文`."""
    return _babel(locale).get_language_name() or locale


@cache
def _babel(locale: str) -> Locale:
    """Return Babel's locale; looking it up costs a millisecond."""
    return Locale.parse(locale, sep="-")


class Times:
    """Writes moments for people of one *locale* in the time zone they live in."""

    def __init__(self, locale: str, time_zone: str) -> None:
        self._zone = ZoneInfo(time_zone)
        self._language = language_of(locale)
        self._locale = _babel(locale)

    def local(self, at: datetime) -> datetime:
        """Return *at* in the zone."""
        return at.astimezone(self._zone)

    def zone(self, at: datetime) -> str:
        """Return what people call the zone, with its offset in English."""
        if self._zone.key == "Asia/Shanghai":
            return _BEIJING.get(self._language, _BEIJING["en"])
        name = get_timezone_name(self.local(at), locale=self._locale)
        if name.startswith("GMT"):
            return _offset(self.local(at))  # The locale has no name for it.
        return name if self._language == "zh" else f"{name} ({_offset(self.local(at))})"

    def minute(self, at: datetime) -> str:
        """Return date, weekday, hour and minute."""
        return self._write(at, f"{self._patterns['date']}HH:mm")

    def second(self, at: datetime) -> str:
        """Return date, weekday and the time to the second."""
        return self._write(at, f"{self._patterns['date']}HH:mm:ss")

    def day(self, at: datetime) -> str:
        """Return the date."""
        return self._write(at, self._patterns["day"])

    def date(self, day: date) -> str:
        """Return a calendar day of the zone."""
        return format_date(day, self._patterns["day"], locale=self._locale)

    def month(self, at: datetime) -> str:
        """Return year and month."""
        return self._write(at, self._patterns["month"])

    def clock(self, at: datetime, *, seconds: bool = False) -> str:
        """Return hour and minute alone."""
        return self._write(at, "HH:mm:ss" if seconds else "HH:mm")

    def until(self, end: datetime, after: datetime, *, seconds: bool = False) -> str:
        """Return *end*, without its date where *after*, written before it, is on the same day."""
        if self.local(end).date() == self.local(after).date():
            return self.clock(end, seconds=seconds)
        return self.second(end) if seconds else self.minute(end)

    def deadline(self, at: datetime) -> str:
        """Return a promised time: rounded up, since an early promise would be broken."""
        return self.minute(ceil_minute(at))

    @property
    def _patterns(self) -> Mapping[str, str]:
        return _PATTERNS.get(self._language) or _patterns_of(self._locale)

    def _write(self, at: datetime, pattern: str) -> str:
        return format_datetime(self.local(at), pattern, locale=self._locale)


@cache
def _patterns_of(locale: Locale) -> Mapping[str, str]:
    """Return how a language that we have no form for writes dates, by CLDR."""
    day, month = locale.date_formats["long"].pattern, locale.datetime_skeletons.get("yMMMM")
    return {
        "date": f"{locale.date_formats['full'].pattern}, ",
        "day": day,
        "month": month.pattern if month is not None else day,
    }


def machine_time(at: datetime) -> str:
    """Return *at* as the value of an HTML datetime attribute."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ceil_minute(at: datetime) -> datetime:
    """Return the full minute at or after *at*."""
    floor = at.replace(second=0, microsecond=0)
    return floor if floor == at else floor + timedelta(minutes=1)


def seconds_between(start: datetime, end: datetime) -> int:
    """Return the whole seconds between two times as they are written, to the second."""
    written = end.replace(microsecond=0) - start.replace(microsecond=0)
    return int(written.total_seconds())


def duration(seconds: int, locale: str) -> str:
    """Return *seconds* exactly, such as `5 分 12 秒`; parts that are zero are left out."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    language = language_of(locale)
    if language not in _UNITS:
        return _spelled((days, hours, minutes, rest), locale)
    parts = [
        _count(count, unit, language)
        for count, unit in zip((days, hours, minutes, rest), _UNITS[language], strict=True)
        if count
    ]
    written = " ".join(parts) or _count(0, _UNITS[language][-1], language)
    return written.removesuffix("分") + _LONE_MINUTES if written.endswith("分") else written


def _spelled(counts: tuple[int, ...], locale: str) -> str:
    """Return a duration in a language that we have no form for, by CLDR."""
    parts = [
        format_timedelta(
            timedelta(**{f"{unit}s": count}),
            granularity=cast("_Granularity", unit),
            threshold=inf,
            locale=_babel(locale),
        )
        for count, unit in zip(counts, _UNITS["en"], strict=True)
        if count or (unit == "second" and not any(counts))
    ]
    return format_list(parts, style="unit", locale=_babel(locale))


def _count(count: int, unit: str, language: str) -> str:
    plural = "s" if language == "en" and count != 1 else ""
    return f"{count} {unit}{plural}"


def join_names(names: Sequence[str], locale: str) -> str:
    """Return *names* as people list them, such as `收银台、借款和还款`."""
    return format_list(list(names), locale=_babel(locale))


def head_names(names: Sequence[str], locale: str, most: int = 3) -> str:
    """Return *names* for a title: all of them while they are few."""
    if len(names) <= most + 1:
        return join_names(names, locale)
    if language_of(locale) == "zh":
        return f"{'、'.join(names[:most])}等 {len(names)} 项服务"
    if language_of(locale) != "en":
        return f"{join_names(names[:most], locale)} …"
    return f"{', '.join(names[:most])} and {len(names) - most} other services"


def localized(text: LocalizedText, locale: str) -> str:
    """Return *text* in *locale*, or where it is missing in any there is."""
    return text.get(locale) or next((each for each in text.values() if each), "")


def sentence(text: str, locale: str) -> str:
    """Return an operator's *text* as a sentence that others can follow."""
    stripped = text.strip()
    if not stripped or stripped.endswith(_STOPS):
        return stripped
    return stripped + ("。" if language_of(locale) == "zh" else ".")


def open_ended(text: str) -> str:
    """Return an operator's *text* without its full stop, so that a sentence may go on."""
    return text.strip().rstrip("。.；;")


def _offset(at: datetime) -> str:
    minutes = int((at.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}"
