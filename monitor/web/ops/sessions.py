"""Who is signed in on the page: a signed cookie, and a mark in every form that goes with it."""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.clock import Clock

COOKIE = "operations"
LASTS = timedelta(hours=12)
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person on the page; *mark* must come back with every form, so that no other site's does."""

    person: str
    mark: str


class Sessions:
    """Opens and reads sessions; nothing is kept, and a new token ends all of them."""

    def __init__(self, token: str, clock: Clock) -> None:
        self._token = token.encode()
        self._key = hmac.digest(self._token, b"sessions of the operations page", hashlib.sha256)
        self._clock = clock

    def is_token(self, given: str) -> bool:
        """Whether *given* is the token that writes need."""
        return hmac.compare_digest(given.strip().encode(), self._token)

    def open(self, person: str) -> str:
        """Return the value of a cookie that signs *person* in."""
        until = (self._clock.now() + LASTS).isoformat()
        facts = {"person": person[:LONGEST_NAME], "until": until, "nonce": secrets.token_hex(8)}
        body = base64.urlsafe_b64encode(json.dumps(facts).encode()).decode()
        return f"{body}.{self._sign('cookie', body)}"

    def read(self, cookie: str) -> Session | None:
        """Return the session that *cookie* stands for, unless it is forged or over."""
        body, _, signature = cookie.partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign("cookie", body).encode()):
            return None
        try:
            facts = json.loads(base64.urlsafe_b64decode(body))
            until = datetime.fromisoformat(facts["until"])
        except (binascii.Error, ValueError, KeyError, TypeError):
            return None
        if self._clock.now() >= until:
            return None
        return Session(person=facts["person"], mark=self._sign("form", body))

    def _sign(self, purpose: str, body: str) -> str:
        return hmac.new(self._key, f"{purpose}:{body}".encode(), hashlib.sha256).hexdigest()
