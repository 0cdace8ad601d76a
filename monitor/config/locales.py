"""Which words are languages and time zones."""

import locale
import re
from collections.abc import Collection
from zoneinfo import available_timezones

from monitor.config.suggestions import suggestion

_TAG = re.compile(r"([a-z]{2,3})(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")
_SOME = ("en", "zh-CN", "zh-Hans", "zh-Hant", "zh-HK", "zh-TW")


def locale_problem(tag: str, known: Collection[str] | None) -> str:
    """Say what is wrong with a locale, or return an empty text; *known* None allows any language.

    Of a language that exists nothing more is known here than the system's own table of names.
    """
    if known is not None:
        return "" if tag in known else f"unknown locale{suggestion(tag, known)}"
    match = _TAG.fullmatch(tag)
    if match and match.group(1) in _languages():
        return ""
    return f'unknown locale; expected a tag such as "zh-CN" or "en"{_meant(tag)}'


def time_zone_problem(name: str) -> str:
    """Say what is wrong with the name of a time zone, or return an empty text."""
    zones = available_timezones()
    if name in zones:
        return ""
    return f'unknown time zone; expected an IANA name such as "Asia/Shanghai"{_meant(name, zones)}'


def _meant(word: str, known: Collection[str] = _SOME) -> str:
    found = suggestion(word, known)
    return found if "did you mean" in found else ""


def _languages() -> frozenset[str]:
    aliases = (re.split(r"[_.@]", each)[0] for each in locale.locale_alias)
    return frozenset(each for each in aliases if len(each) in {2, 3})
