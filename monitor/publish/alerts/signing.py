"""Signs messages as Standard Webhooks 1.0 asks: HMAC-SHA256 over id, time and body."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

PREFIX = "whsec_"
# The specification asks for 24 to 64 random bytes; a raw secret may be a little shorter.
SHORTEST_KEY = 16


def key_of(secret: str) -> bytes:
    """Return the key bytes of *secret*: base64 behind `whsec_`, else the text itself.

    Raises ValueError where it is malformed or too short to be safe.
    """
    if secret.startswith(PREFIX):
        encoded = secret.removeprefix(PREFIX)
        try:
            key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
        except binascii.Error:
            raise ValueError(f"expected base64 after {PREFIX}") from None
    else:
        key = secret.encode()
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"expected a secret of at least {SHORTEST_KEY} bytes")
    return key


def signature_headers(
    message_id: str, timestamp: int, body: bytes, keys: Sequence[bytes]
) -> dict[str, str]:
    """Return the three headers; with several keys any one of them verifies the message."""
    content = f"{message_id}.{timestamp}.".encode() + body
    signatures = (hmac.new(key, content, hashlib.sha256).digest() for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(
            f"v1,{base64.b64encode(each).decode('ascii')}" for each in signatures
        ),
    }
