"""Tokens in links: made anew from a key whenever they are needed, and stored nowhere."""

import base64
import hashlib
import hmac
import re
from enum import StrEnum

MAC_BYTES = 18
_FORM = re.compile(r"([a-z]{3}_[A-Za-z0-9]{1,64})\.([A-Za-z0-9_-]{24})")


class Purpose(StrEnum):
    """What a token allows; one made for something else allows nothing."""

    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"


class Tokens:
    """Makes and reads tokens: an id, and the code that only the owner of the key can make.

    A copy of the database reveals none, because the key is a file beside it.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, purpose: Purpose, id_: str) -> str:
        return f"{id_}.{self._code(purpose, id_)}"

    def read(self, purpose: Purpose, token: str) -> str | None:
        """Return the id that *token* was made for, or None where it was not made here."""
        found = _FORM.fullmatch(token)
        if found is None:
            return None
        id_, code = found.groups()
        return id_ if hmac.compare_digest(code, self._code(purpose, id_)) else None

    def _code(self, purpose: Purpose, id_: str) -> str:
        digest = hmac.new(self._key, f"{purpose}:{id_}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:MAC_BYTES]).decode("ascii")
