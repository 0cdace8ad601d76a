"""The headers of an answer: parsed once, and the dates and delays in them understood."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

Headers = Mapping[str, str]

_BEARER_ERROR = re.compile(r'\bBearer\b.*?\berror="?(\w+)', re.IGNORECASE)

# More digits of seconds than this are no delay that anybody means.
_DIGITS = 10


def parse(lines: Sequence[bytes]) -> Headers:
    """Return the last block of headers by lower-case name; a repeated one is joined by commas."""
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            if name.startswith("HTTP/"):
                headers.clear()
            continue
        key, text = name.lower(), value.strip()
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


# Most answers within one second carry the same text.
@lru_cache(maxsize=256)
def http_date(text: str) -> datetime | None:
    """Return the moment that an HTTP date names, or None where it is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def retry_after_seconds(headers: Headers, now: datetime) -> float | None:
    """Return how long Retry-After asks to wait, whether it gives seconds or a date."""
    text = headers.get("retry-after", "")
    if text.isdecimal() and len(text) <= _DIGITS:
        return float(text)
    moment = http_date(text) if text else None
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def clock_offset_seconds(headers: Headers, now: datetime) -> float | None:
    """Return how far the server's clock is ahead; the Date header has whole seconds."""
    text = headers.get("date", "")
    moment = http_date(text) if text else None
    if moment is None:
        return None
    ahead = (moment - now).total_seconds()
    # The second that Date names lasts until the next one begins.
    return round(ahead + 1.0 if ahead < -1.0 else max(0.0, ahead), 3)


def bearer_error(headers: Headers) -> str:
    """Return the code with which a server refuses a token (RFC 6750), or nothing."""
    found = _BEARER_ERROR.search(headers.get("www-authenticate", ""))
    return found[1] if found else ""
