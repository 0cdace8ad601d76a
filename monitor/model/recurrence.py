"""Which recurrence rules of RFC 5545 a series may have, and what is wrong with the others.

Rules are kept to those that name days: the time of day is that of the start, and a rule that
could never come true, or only after a search of centuries, is refused before it is expanded.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LONGEST_MONTH = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_DAY = r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)"
_PARTS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9]\d{0,2}",
    "COUNT": r"[1-9]\d{0,3}",
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
    "BYDAY": rf"{_DAY}(,{_DAY})*",
    "BYMONTHDAY": r"[+-]?([1-9]|[12]\d|3[01])(,[+-]?([1-9]|[12]\d|3[01]))*",
    "BYMONTH": r"([1-9]|1[0-2])(,([1-9]|1[0-2]))*",
    "BYSETPOS": r"[+-]?[1-5]",
    "WKST": "|".join(_DAYS),
}


# So long a window may be: a monthly rule leaves no gap then.
LONGEST_SECONDS = 31 * 86_400.0
_YEARS = range(2000, 2200)


def wall_time_problem(text: str) -> str:
    """Say why *text* is no wall time such as `2026-01-10T00:30`, or return an empty text."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or len(text) < len("2026-01-10T00:30") or at.year not in _YEARS:
        return 'expected a date and a time such as "2026-01-10T00:30"'
    if at.tzinfo is not None:
        return "expected a time without an offset; the zone is given by time_zone"
    return ""


def day_problem(text: str) -> str:
    """Say why *text* is no day such as `2026-02-17`, or return an empty text."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return 'expected a day such as "2026-02-17"'
    return "" if day.isoformat() == text else 'expected a day such as "2026-02-17"'


def parts_of(rule: str) -> dict[str, str]:
    """Return the parts of a rule by name; ValueError where one has no value or stands twice."""
    parts: dict[str, str] = {}
    for part in rule.upper().split(";"):
        name, equals, value = part.partition("=")
        if not equals or name in parts:
            raise ValueError(name)
        parts[name] = value
    return parts


def rule_problem(rule: str) -> str:
    """Say what is wrong with a recurrence rule, or return an empty text."""
    try:
        parts = parts_of(rule)
    except ValueError:
        return 'expected a rule such as "FREQ=WEEKLY;BYDAY=SU"'
    for name, value in parts.items():
        if name not in _PARTS:
            return f"the part {name} is not supported; expected {', '.join(_PARTS)}"
        if not re.fullmatch(_PARTS[name], value):
            return f"the part {name} has a value that is not supported"
    if "FREQ" not in parts:
        return "the part FREQ is missing"
    return _contradiction(parts)


def start_problem(rule: str, start: datetime) -> str:
    """Say why a sound *rule* does not name the day of *start* itself, or return an empty text."""
    parts = parts_of(rule)
    day = _DAYS[start.weekday()]
    if "BYDAY" in parts and not any(
        _is_nth(each, day, start.date()) for each in parts["BYDAY"].split(",")
    ):
        return "the start does not fall on a day of BYDAY"
    if "BYMONTH" in parts and start.month not in _numbers(parts["BYMONTH"]):
        return "the start does not fall into a month of BYMONTH"
    ending = _length(start.date()) + 1 - start.day
    if "BYMONTHDAY" in parts and not {start.day, -ending} & set(_numbers(parts["BYMONTHDAY"])):
        return "the start does not fall on a day of BYMONTHDAY"
    return ""


def _contradiction(parts: Mapping[str, str]) -> str:
    by = [name for name in parts if name.startswith("BY")]
    frequency = parts["FREQ"]
    if "COUNT" in parts and "UNTIL" in parts:
        return "COUNT and UNTIL exclude each other"
    if "UNTIL" in parts and not _is_moment(parts["UNTIL"]):
        return "the part UNTIL is no date"
    if frequency == "DAILY" and by and parts.get("INTERVAL", "1") != "1":
        return f"every so many days and {by[0]} exclude each other"
    if frequency in ("DAILY", "WEEKLY") and "BYSETPOS" in parts:
        return "BYSETPOS needs FREQ=MONTHLY or YEARLY"
    if frequency == "WEEKLY" and "BYMONTHDAY" in parts:
        return "BYMONTHDAY needs another FREQ than WEEKLY"
    if "BYSETPOS" in parts and ("BYDAY" not in parts or "BYMONTHDAY" in parts):
        return "BYSETPOS needs BYDAY, and no BYMONTHDAY"
    if re.search(r"\d", parts.get("BYDAY", "")) and not _counts_in_months(parts):
        return "a counted day such as 2SU needs FREQ=MONTHLY, or YEARLY with BYMONTH"
    return _impossible_day(parts)


def _counts_in_months(parts: Mapping[str, str]) -> bool:
    return parts["FREQ"] == "MONTHLY" or (parts["FREQ"] == "YEARLY" and "BYMONTH" in parts)


def _impossible_day(parts: Mapping[str, str]) -> str:
    if "BYMONTH" not in parts or "BYMONTHDAY" not in parts:
        return ""
    longest = max(_LONGEST_MONTH.get(each, 31) for each in _numbers(parts["BYMONTH"]))
    exists = any(abs(each) <= longest for each in _numbers(parts["BYMONTHDAY"]))
    return "" if exists else "no month of BYMONTH has a day of BYMONTHDAY"


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_nth(entry: str, day: str, at: date) -> bool:
    """Whether *at*, a *day* of the week, is meant by an entry such as `SU`, `2SU` or `-1SU`."""
    if entry[-2:] != day:
        return False
    nth = entry[:-2]
    from_end = (_length(at) - at.day) // 7 + 1
    return not nth or int(nth) in ((at.day - 1) // 7 + 1, -from_end)


def _length(at: date) -> int:
    following = date(at.year + at.month // 12, at.month % 12 + 1, 1)
    return (following - at.replace(day=1)).days


def _numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]
