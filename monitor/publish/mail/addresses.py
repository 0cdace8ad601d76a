"""Reads addresses strictly: what could be two addresses, or a header, is none (pure)."""

import re

LONGEST = 254
LONGEST_LOCAL = 64
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def read_address(text: str) -> str | None:
    """Return the address in *text* in lower case, its domain as DNS spells it; None for no address.

    Quoted local parts, comments and address literals are valid in theory and typed by nobody
    who means well. Neither is a local part that mail libraries decode as text (RFC 2047).
    """
    stripped = text.strip(" ")
    if not stripped.isprintable() or len(stripped) > LONGEST:
        return None
    local, at, domain = stripped.lower().rpartition("@")
    try:
        spelled = domain.encode("idna").decode("ascii") if at else ""
    except UnicodeError:
        return None
    labels = spelled.split(".")
    fits = (
        len(local) <= LONGEST_LOCAL
        and _LOCAL.fullmatch(local)
        and "=?" not in local
        and len(labels) > 1
        and all(_LABEL.fullmatch(each) for each in labels)
        and not labels[-1].isdigit()
    )
    address = f"{local}@{spelled}"
    return address if fits and len(address) <= LONGEST else None


def masked(address: str) -> str:
    """Return what shows whose *address* it may be, and does not tell it: `l***@example.com`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain}"
