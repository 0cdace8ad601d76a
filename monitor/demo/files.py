"""Small files written so that a crash leaves the old content or the new, never half."""

import json
import os
import secrets
from base64 import b64encode
from pathlib import Path
from typing import Any

PRIVATE = 0o600


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, readable by its owner only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    draft.replace(path)


def write_json(path: Path, document: dict[str, Any]) -> None:
    """Write a JSON document as a private file."""
    write_private(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def read_json(path: Path) -> dict[str, Any] | None:
    """Read a JSON document; a file that is missing or damaged counts as absent."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def ensure_secret(path: Path, prefix: str = "") -> str:
    """Return the secret in a file; make one of 32 random bytes when there is none."""
    if not path.exists():
        write_private(path, prefix + new_secret())
    return path.read_text(encoding="utf-8").strip()


def new_secret() -> str:
    """Return 32 random bytes as base64, the form that Standard Webhooks asks for."""
    return b64encode(secrets.token_bytes(32)).decode("ascii")
