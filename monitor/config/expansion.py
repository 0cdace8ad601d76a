"""Replaces `${NAME}`, `${NAME:-default}` and `file:` in the text of a scalar."""

import re
from collections.abc import Mapping
from pathlib import Path

_REFERENCE = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{")
FILE_PREFIX = "file:"
MAX_FILE_BYTES = 1_048_576


class ExpansionError(ValueError):
    """A reference that leads nowhere; its text names the reference, never a value."""


def refers(text: str) -> bool:
    """Say whether *text* holds anything to replace."""
    return "${" in text or text.startswith(FILE_PREFIX)


def expand_variables(text: str, environment: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return *text* with its variables replaced, and the values that came from outside.

    As in a shell, a default also stands in for an empty variable; `$${` is a literal `${`.
    """
    used: list[str] = []

    def replace(match: re.Match[str]) -> str:
        name, default = match.groups()
        if name is None:
            return _literal(match.group())
        value = environment.get(name)
        if default is not None and not value:
            return str(default)
        if value is None:
            raise ExpansionError(f"environment variable {name} is not set")
        used.append(_printable(name, value))
        return value

    return _REFERENCE.sub(replace, text), tuple(used)


def read_secret(path: Path) -> str:
    """Return what a `file:` scalar refers to, without the newline at its end."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES or not path.is_file():
            raise ExpansionError(f"{path} is not a regular file of at most 1 MiB")
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise ExpansionError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ExpansionError(f"{path} is not text in UTF-8") from error


def _literal(match: str) -> str:
    if match == "$${":
        return "${"
    raise ExpansionError("expected ${NAME} or ${NAME:-default}; write $${ for a literal ${")


def _printable(name: str, value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ExpansionError(f"environment variable {name} is not text in UTF-8") from error
    return value
