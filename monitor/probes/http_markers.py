"""Marks in an answer that tell a maintenance page or a firewall's page from the service."""

import re
from dataclasses import dataclass

from monitor.probes.http_headers import Headers

_TITLE = re.compile(r"<title[^>]*>(.{0,200}?)</title>", re.IGNORECASE | re.DOTALL)
_SCANNED = 4096

# What operators write on the page that stands in for a service. On an answer that looks fine only
# the title is read: the words alone occur in ordinary text.
_MAINTENANCE_WORDS = (
    "维护",
    "升级",
    "維護",
    "升級",
    "maintenance",
)

_CERTIFICATE_TITLES = frozenset(
    {"400 No required SSL certificate was sent", "400 The SSL certificate error"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """How one firewall marks its own answers; every part that is given must match."""

    name: str
    statuses: frozenset[int] = frozenset()
    header: str = ""
    header_contains: str = ""
    body_contains: str = ""

    def matches(self, status: int, headers: Headers, text: str) -> bool:
        """Say whether the answer carries this mark."""
        if self.statuses and status not in self.statuses:
            return False
        if self.header and self.header not in headers:
            return False
        if self.header_contains not in headers.get(self.header, ""):
            return False
        return self.body_contains in text


_BLOCKS = frozenset({403, 429, 503})

FINGERPRINTS = (
    Fingerprint(name="cloudflare", header="cf-mitigated"),
    Fingerprint(name="cloudflare", statuses=_BLOCKS, body_contains="/cdn-cgi/challenge-platform/"),
    Fingerprint(name="cloudflare", statuses=_BLOCKS, body_contains="_cf_chl_opt"),
    Fingerprint(
        name="huawei",
        statuses=frozenset({418}),
        header="set-cookie",
        header_contains="HWWAFSESID",
    ),
    Fingerprint(name="huawei", statuses=frozenset({200}), body_contains="System is busy, please"),
    Fingerprint(name="aliyun", statuses=frozenset({405}), body_contains="errors.aliyun.com"),
)


def waf_marker(status: int, headers: Headers, text: str) -> str:
    """Return the firewall whose page this is, or nothing."""
    start = text[:_SCANNED]
    found = (each.name for each in FINGERPRINTS if each.matches(status, headers, start))
    return next(found, "")


def maintenance_marker(text: str, *, expected: bool) -> str:
    """Return where the answer's own words say maintenance: `title`, `body`, or nowhere."""
    start = text[:_SCANNED]
    title = _TITLE.search(start)
    if title and _mentions(title[1]):
        return "title"
    return "body" if not expected and _mentions(start) else ""


def refuses_certificate(status: int, text: str) -> bool:
    """Say whether a page is nginx's word on our client certificate, which it sends inside TLS."""
    title = _TITLE.search(text[:_SCANNED]) if status == 400 else None
    return title is not None and title[1].strip() in _CERTIFICATE_TITLES


def _mentions(text: str) -> bool:
    lowered = text.lower()
    return any(word in lowered for word in _MAINTENANCE_WORDS)
