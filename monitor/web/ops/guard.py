"""Who may do what: writes need the token or a signed-in page, reads from beyond the token."""

import base64
import binascii
from enum import StrEnum

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.web.ops.errors import error_response
from monitor.web.ops.sessions import COOKIE, Sessions

# Scrapers and orchestrators carry no token; what they read tells no secret.
OPEN_PATHS = frozenset({"/metrics", "/healthz", "/readyz"})
# A heartbeat shows the token of its own check, which its route looks at.
HEARTBEATS = "/api/v1/heartbeats/"
# Forms of the page stand below this path; they need a session, and a mark that their routes read.
FORMS = "/do/"
SIGN_IN = "/do/sign-in"
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Demand(StrEnum):
    """What a request has to show."""

    NOTHING = "nothing"
    TOKEN = "token"  # noqa: S105 - a word, not a secret
    BEARER = "bearer"
    SESSION = "session"


def demand(method: str, path: str, *, loopback: bool) -> Demand:
    """Return what a request has to show.

    A browser sends Basic credentials by itself, even for another site's form, so writes ask
    for a bearer token.
    """
    if method == "POST" and (path.startswith(HEARTBEATS) or path == SIGN_IN):
        return Demand.NOTHING
    if method == "POST" and path.startswith(FORMS):
        return Demand.SESSION
    if method not in READS:
        return Demand.BEARER
    if loopback or path in OPEN_PATHS:
        return Demand.NOTHING
    return Demand.TOKEN


class Guard:
    """Stands before every route, the unknown ones included, so that none can be forgotten."""

    def __init__(self, app: ASGIApp, *, sessions: Sessions, loopback: bool) -> None:
        self._app = app
        self._sessions = sessions
        self._loopback = loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = demand(scope["method"], scope["path"], loopback=self._loopback)
        if self._is_met(wanted, Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        await _refusal(wanted)(scope, receive, send)

    def _is_met(self, wanted: Demand, headers: Headers) -> bool:
        if wanted is Demand.NOTHING:
            return True
        if wanted is Demand.SESSION:
            cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
            return self._sessions.read(cookie) is not None
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._sessions.is_token(credentials)
        if scheme.lower() == "basic" and wanted is Demand.TOKEN:
            return self._sessions.is_token(_password(credentials.strip()))
        return False


def _password(credentials: str) -> str:
    """Return the password of Basic credentials, empty where they cannot be read."""
    try:
        text = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return text.partition(":")[2]


def _refusal(wanted: Demand) -> ASGIApp:
    if wanted is Demand.SESSION:
        return RedirectResponse("/sign-in", status_code=303)
    if wanted is Demand.BEARER:
        message = "this needs the header `Authorization: Bearer <content of DATA_DIR/token>`"
        return error_response(401, message, {"www-authenticate": "Bearer"})
    message = "beyond loopback, reading needs the token, as a bearer token or as a password"
    challenge = 'Basic realm="operations", charset="UTF-8"'
    return error_response(401, message, {"www-authenticate": challenge})
