"""Requests as values, and where a redirect leads."""

import base64
from dataclasses import dataclass, replace
from enum import Enum
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from monitor.probes.http_route import DIRECT, Route

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_KEPT = "%/:?#[]@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class Target:
    """The origin of a URL: scheme, host (ASCII) and port."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom a TLS client believes; an empty *ca_file* means the system's authorities."""

    ca_file: str = ""
    verify: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request to one origin; *headers* are finished lines, the URL is ASCII.

    *certificate* and *key* are files with what we show of ourselves. *wants_chain* asks for the
    certificates of the server, which costs as much as the rest of a request.
    """

    url: str
    target: Target
    method: str
    headers: tuple[str, ...]
    body: bytes | None
    trust: Trust
    max_body: int
    route: Route = DIRECT
    certificate: str = ""
    key: str = ""
    wants_chain: bool = False

    @property
    def is_encrypted(self) -> bool:
        """Whether it goes through TLS."""
        return self.target.scheme == "https"

    @property
    def shown(self) -> str:
        """The URL without its query, which may hold a key."""
        return urlsplit(self.url)._replace(query="", fragment="").geturl()


class RedirectFault(Enum):
    """Why a redirect is not followed."""

    NOT_HTTP = "leads to something that is not http or https"
    DOWNGRADE = "leads from https to http"
    BODY = "would send the body to another origin"


def target_of(url: str) -> Target:
    """Return the origin of *url*; ValueError where it has none that we can probe."""
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError("expected an http:// or https:// URL with a host")
    if any(each.isspace() or not each.isprintable() for each in url):
        raise ValueError("expected a URL without spaces and control characters")
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    return Target(parts.scheme, _ascii_host(parts), port)


def checked_url(url: str) -> str:
    """Return *url* where a probe may ask for it; ValueError says why not."""
    target_of(url)
    if "@" in url.split("/", 3)[2]:
        raise ValueError("expected no user in the URL: use basic_auth")
    return url


def _ascii_host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError(f"expected a host name: {error}") from error


def ascii_url(url: str) -> str:
    """Return *url* as it is sent: the host in Punycode, other characters as percents of UTF-8."""
    if url.isascii():
        return url
    parts = urlsplit(url)
    host, port = _ascii_host(parts), f":{parts.port}" if parts.port else ""
    netloc = (f"[{host}]" if ":" in host else host) + port
    path, query = quote(parts.path, safe=_KEPT), quote(parts.query, safe=_KEPT)
    return parts._replace(netloc=netloc, path=path, query=query).geturl()


def basic(username: str, password: str) -> str:
    """Return the Authorization line of basic authentication."""
    pair = base64.b64encode(f"{username}:{password}".encode()).decode()
    return f"Authorization: Basic {pair}"


def redirected(
    request: Request, status: int, location: str, *, allow_downgrade: bool
) -> Request | RedirectFault:
    """Return the request that a redirect asks for, or why it is not sent.

    Configured headers, credentials, our certificate and the body stay with their origin.
    """
    try:
        # Headers are read as Latin-1, and what is not ASCII in a Location is UTF-8.
        url = ascii_url(urljoin(request.url, location.encode("latin-1").decode(errors="replace")))
        target = target_of(url)
    except ValueError:
        return RedirectFault.NOT_HTTP
    if request.target.scheme == "https" and target.scheme == "http" and not allow_downgrade:
        return RedirectFault.DOWNGRADE
    moved = _method(replace(request, url=url, target=target, wants_chain=False), status)
    if target == request.target:
        return moved
    if moved.body:
        return RedirectFault.BODY
    return replace(moved, headers=(), certificate="", key="")


def _method(request: Request, status: int) -> Request:
    """Return *request* as browsers repeat it: 303, and POST after 301 or 302, become GET."""
    turns = status == 303 or (status in {301, 302} and request.method == "POST")
    if not turns or request.method == "HEAD":
        return request
    return replace(request, method="GET", body=None)
