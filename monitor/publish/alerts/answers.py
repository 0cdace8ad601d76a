"""What an HTTP answer, or the lack of one, means for a delivery."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx

from monitor.publish.deliveries.result import SendReason, SendResult

# Answers that a repair on the other side turns into success: a secret that is being rotated, a
# clock that is being set, a route that is being deployed. Any other 4xx says that this very
# body will never be taken.
_AUTH = frozenset({401, 403, 407})
_PASSING = frozenset({404, 408, 409, 421, 423, 425})
_THROTTLE = frozenset({502, 503, 504})


def judge(status: int, headers: Mapping[str, str], excerpt: str, now: datetime) -> SendResult:
    """Return the result of an answer; *excerpt* is redacted already."""
    detail = f"HTTP {status}: {excerpt}" if excerpt else f"HTTP {status}"
    if 200 <= status < 300:
        return SendResult.delivered()
    if status == 410:
        return SendResult.permanent(SendReason.GONE, detail)
    pause = retry_after_seconds(headers.get("retry-after", ""), now)
    if status == 429:
        return SendResult.throttled(SendReason.RATE_LIMITED, detail, pause)
    if status in _THROTTLE and pause is not None:
        return SendResult.throttled(SendReason.SERVER_ERROR, detail, pause)
    if status >= 500:
        return SendResult.retry(SendReason.SERVER_ERROR, detail)
    if status in _AUTH:
        return SendResult.retry(SendReason.AUTH, detail)
    if status in _PASSING or status < 400:
        return SendResult.retry(SendReason.CLIENT_ERROR, detail)
    return SendResult.permanent(SendReason.CLIENT_ERROR, detail)


def retry_after_seconds(value: str, now: datetime) -> float | None:
    """Return the seconds that a `Retry-After` header asks for, None where it asks nothing."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        # More digits than this are no pause but an attack on the float.
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return max(0.0, (until - now).total_seconds())


def translate(error: httpx.HTTPError) -> SendResult:
    """Return the result of an attempt that got no answer, most specific first."""
    detail = f"{type(error).__name__}: {_explain(error)}"
    if isinstance(error, httpx.TimeoutException):
        return SendResult.retry(SendReason.TIMEOUT, detail)
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return SendResult.retry(SendReason.BUG, type(error).__name__)
    if isinstance(error, httpx.TransportError):
        return SendResult.retry(SendReason.NETWORK, detail)
    return SendResult.retry(SendReason.BUG, type(error).__name__)


def _explain(error: BaseException) -> str:
    """Return what the operating system or TLS said; a library's own words may hold the URL."""
    for each in _chain(error):
        if isinstance(each, ssl.SSLCertVerificationError):
            return f"certificate rejected: {each.verify_message}"
        if isinstance(each, ssl.SSLError):
            return f"TLS failed: {each.reason or 'no reason given'}"
        if isinstance(each, socket.gaierror):
            return "name not resolved"
        if isinstance(each, OSError) and each.strerror:
            return each.strerror
    return "no answer"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield *error* and what it came from, the members of groups included, outermost first."""
    ahead: list[BaseException] = [error]
    seen: set[int] = set()
    while ahead:
        each = ahead.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        if isinstance(each, BaseExceptionGroup):
            ahead.extend(each.exceptions)
        ahead.extend(next_ for next_ in (each.__cause__, each.__context__) if next_ is not None)
