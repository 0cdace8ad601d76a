"""libpq's verbosity, which psycopg does not wrap: with it a refused login tells its SQLSTATE."""

import ctypes
import importlib.metadata
import re
from collections.abc import Callable
from ctypes.util import find_library
from functools import lru_cache

from psycopg import pq

# PQERRORS_DEFAULT and PQERRORS_VERBOSE.
_DEFAULT, _VERBOSE = 1, 2

# As in `FATAL:  53300: sorry, too many clients already`; the word before is translated.
_SQLSTATE = re.compile(r"(?<=:  )([0-9A-Z]{5}): ")
_LOCATION = re.compile(r"\nLOCATION: .*")


def tell_sqlstate(connection: pq.abc.PGconn, *, on: bool) -> None:
    """Let the errors of *connection* begin with their SQLSTATE, or be as they were."""
    set_verbosity = _set_verbosity()
    if set_verbosity:
        # Every implementation has it, psycopg's Protocol alone does not.
        pointer: int = connection.pgconn_ptr  # type: ignore[attr-defined]
        set_verbosity(pointer, _VERBOSE if on else _DEFAULT)


def taken_apart(text: str) -> tuple[str, str]:
    """Return the SQLSTATE of the last error in *text*, empty where none is told, and the rest."""
    states = _SQLSTATE.findall(text)
    return states[-1] if states else "", _LOCATION.sub("", _SQLSTATE.sub("", text))


@lru_cache(maxsize=1)
def _set_verbosity() -> Callable[[int, int], int] | None:
    """Return PQsetErrorVerbosity of the very library that psycopg has loaded."""
    # The C implementation is linked with a libpq that may be another than the one found here.
    if pq.__impl__ not in ("binary", "python"):
        return None
    path = _bundled() if pq.__impl__ == "binary" else find_library("pq")
    if path is None:
        return None
    found = ctypes.CDLL(path).PQsetErrorVerbosity
    found.argtypes, found.restype = (ctypes.c_void_p, ctypes.c_int), ctypes.c_int
    function: Callable[[int, int], int] = found
    return function


def _bundled() -> str | None:
    files = importlib.metadata.files("psycopg-binary") or ()
    return next((str(each.locate()) for each in files if each.name.startswith("libpq")), None)
