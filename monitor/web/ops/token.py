"""The token that guards writes: a file that only its owner can read, made once."""

import contextlib
import os
import secrets
from pathlib import Path

FILE = "token"
SHORTEST = 16


def ensure_token(data_dir: str | Path, name: str = FILE) -> str:
    """Return the token in file *name* of *data_dir*; make it, with mode 0600, where there is none.

    Two processes that start at once agree on one token, and a crash while it is written
    leaves none behind that is empty.
    """
    folder = Path(data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / name
    for _ in range(2):
        if (token := _read(place)) is not None:
            return token
        _write(place, secrets.token_urlsafe(32))
    raise OSError(f"cannot make a usable token file at {place}")


def _read(place: Path) -> str | None:
    """Return the token in *place*, and None where there is none worth the name."""
    try:
        token = place.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    if len(token) < SHORTEST:
        return None
    if place.stat().st_mode & 0o077:
        place.chmod(0o600)
    return token


def _write(place: Path, token: str) -> None:
    """Put *token* into *place* unless somebody else was faster."""
    draft = place.with_name(f"{place.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(f"{token}\n")
            stream.flush()
            os.fsync(stream.fileno())
        if place.exists() and _read(place) is None:
            place.unlink()
        # A link fails where the name exists, so nobody's token is overwritten.
        with contextlib.suppress(FileExistsError):
            os.link(draft, place)
    finally:
        draft.unlink()
