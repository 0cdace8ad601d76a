"""Who may do what: writes need the token, and so do reads from beyond this machine."""

import base64
import binascii
import hmac
from enum import StrEnum

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.web.ops.errors import error_response

# Scrapers and orchestrators carry no token; what they read tells no secret.
OPEN_PATHS = frozenset({"/metrics", "/healthz", "/readyz"})
# A heartbeat shows the token of its own check, which its route looks at.
HEARTBEATS = "/api/v1/heartbeats/"
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Demand(StrEnum):
    """What a request has to show."""

    NOTHING = "nothing"
    TOKEN = "token"  # noqa: S105 - a word, not a secret
    BEARER = "bearer"


def demand(method: str, path: str, *, loopback: bool) -> Demand:
    """Return what a request has to show.

    A browser sends Basic credentials by itself, even for another site's form, so writes ask
    for a bearer token.
    """
    if method == "POST" and path.startswith(HEARTBEATS):
        return Demand.NOTHING
    if method not in READS:
        return Demand.BEARER
    if loopback or path in OPEN_PATHS:
        return Demand.NOTHING
    return Demand.TOKEN


class Guard:
    """Stands before every route, the unknown ones included, so that none can be forgotten."""

    def __init__(self, app: ASGIApp, *, token: str, loopback: bool) -> None:
        self._app = app
        self._token = token.encode()
        self._loopback = loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = demand(scope["method"], scope["path"], loopback=self._loopback)
        if self._is_met(wanted, Headers(scope=scope).get("authorization", "")):
            await self._app(scope, receive, send)
            return
        await _refusal(wanted)(scope, receive, send)

    def _is_met(self, wanted: Demand, authorization: str) -> bool:
        if wanted is Demand.NOTHING:
            return True
        scheme, _, credentials = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return self._is_token(credentials.strip())
        if scheme.lower() == "basic" and wanted is Demand.TOKEN:
            return self._is_token(_password(credentials.strip()))
        return False

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token)


def _password(credentials: str) -> str:
    """Return the password of Basic credentials, empty where they cannot be read."""
    try:
        text = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return text.partition(":")[2]


def _refusal(wanted: Demand) -> ASGIApp:
    if wanted is Demand.BEARER:
        message = "this needs the header `Authorization: Bearer <content of DATA_DIR/token>`"
        return error_response(401, message, {"www-authenticate": "Bearer"})
    message = "beyond loopback, reading needs the token, as a bearer token or as a password"
    challenge = 'Basic realm="operations", charset="UTF-8"'
    return error_response(401, message, {"www-authenticate": challenge})
