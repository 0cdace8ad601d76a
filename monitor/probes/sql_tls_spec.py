"""TLS as the URL of a database asks for it, in libpq's words; libpq itself reads its own."""

from collections.abc import Mapping
from pathlib import Path

from monitor.probes.http_request import Trust
from monitor.probes.tls_session import Identity

OPTIONS = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey"})

_FILES = ("sslrootcert", "sslcert", "sslkey")

# Where libpq looks where the URL names no file.
_HOME = {
    "sslrootcert": "~/.postgresql/root.crt",
    "sslcert": "~/.postgresql/postgresql.crt",
    "sslkey": "~/.postgresql/postgresql.key",
}

# Without libpq's `allow` and `prefer`: a probe that falls back to plain text has shown nothing.
_MODES = ("disable", "require", "verify-ca", "verify-full")
_SYSTEM = "system"

# These speak TLS where they can, with whoever it is, and plain text otherwise.
OPPORTUNISTIC = ("allow", "prefer")


def identity_of(options: Mapping[str, str]) -> Identity | None:
    """Return whom to trust and what to show, None without TLS; ValueError says what is wrong."""
    mode, root = options.get("sslmode", "disable"), options.get("sslrootcert", "")
    if mode not in _MODES:
        raise ValueError(f"sslmode: expected one of {', '.join(_MODES)}")
    if mode == "disable":
        if set(options) & set(_FILES):
            raise ValueError(f"sslmode: expected one of {', '.join(_MODES[1:])} beside a file")
        return None
    if mode == "verify-ca" and not root:
        raise ValueError("sslmode=verify-ca needs sslrootcert")
    if root == _SYSTEM and mode != "verify-full":
        raise ValueError("sslrootcert=system needs sslmode=verify-full")
    if "sslkey" in options and "sslcert" not in options:
        raise ValueError("sslkey needs sslcert")
    _check_files(options)
    return Identity(
        trust=Trust("" if root == _SYSTEM else root, verify=mode != "require" or bool(root)),
        certificate=options.get("sslcert", ""),
        key=options.get("sslkey", ""),
        checks_name=mode == "verify-full",
    )


def libpq_identity_of(options: Mapping[str, str]) -> Identity | None:
    """Return the same for what libpq makes of the options, with its own defaults."""
    mode = libpq_mode(options)
    if mode not in OPPORTUNISTIC and mode not in _MODES:
        raise ValueError(f"sslmode: expected one of {', '.join((*OPPORTUNISTIC, *_MODES))}")
    if mode == "disable":
        return None
    given = _with_files_at_home(options, mode)
    if mode in OPPORTUNISTIC:
        if given.pop("sslrootcert", "") == _SYSTEM:
            raise ValueError("sslrootcert=system needs sslmode=verify-full")
        mode = "require"
    if mode == "verify-full" and "sslrootcert" not in given:
        raise ValueError("sslmode=verify-full needs sslrootcert, a file or `system`")
    return identity_of({**given, "sslmode": mode})


def _with_files_at_home(options: Mapping[str, str], mode: str) -> dict[str, str]:
    given = dict(options)
    for name in ("sslcert", *(() if mode in OPPORTUNISTIC else ("sslrootcert",))):
        if name not in given and _at_home(name).is_file():
            given[name] = str(_at_home(name))
    if "sslcert" in given:
        given.setdefault("sslkey", str(_at_home("sslkey")))
    return given


def libpq_mode(options: Mapping[str, str]) -> str:
    """Return the mode that libpq takes."""
    system = options.get("sslrootcert") == _SYSTEM
    return options.get("sslmode", "verify-full" if system else "prefer")


def _at_home(name: str) -> Path:
    return Path(_HOME[name]).expanduser()


def _check_files(options: Mapping[str, str]) -> None:
    for name in _FILES:
        path = options.get(name)
        if path is None or (name, path) == ("sslrootcert", _SYSTEM):
            continue
        if not Path(path).is_file():
            raise ValueError(f"{name}: there is no such file")
