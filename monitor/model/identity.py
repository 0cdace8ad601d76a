"""Ids that are opaque, stable and deterministic: the same facts give the same id."""

import base64
import hashlib


def make_id(prefix: str, *parts: str) -> str:
    """Return *prefix* and 16 characters of the parts' SHA-256, for example `inc_3k...`.

    Deterministic, so that a batch written twice, or sent from memory while the store is away,
    keeps its ids; opaque, so that a public id tells nothing of hosts or checks.
    """
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return f"{prefix}_{base64.b32encode(digest[:10]).decode().lower()}"
