"""Keeps secrets and addresses out of everything that is stored, logged or shown."""

import re
from collections.abc import Iterable

REPLACEMENT = "[redacted]"
MAX_DETAIL = 300

_UNPRINTABLE = re.compile(r"[^\x20-\x7e\u00a0-\uffff]+")
# Shorter texts would redact ordinary words and tell nothing.
_SHORTEST = 4


class Redactor:
    """Replaces what must not be seen; longer secrets first, so that none survives in part."""

    def __init__(self, secrets: Iterable[str]) -> None:
        wanted = {each for each in secrets if len(each) >= _SHORTEST}
        self._secrets = sorted(wanted, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Return *text* without secrets, on one line and of bounded length."""
        for secret in self._secrets:
            text = text.replace(secret, REPLACEMENT)
        return _UNPRINTABLE.sub(" ", text).strip()[:MAX_DETAIL]
