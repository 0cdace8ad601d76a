"""Tells when the files of a configuration have changed, and nobody is writing them any more."""

from collections.abc import Mapping
from pathlib import Path

from monitor.config.document import read_document
from monitor.config.files import files_matching
from monitor.config.problem import ConfigError
from monitor.config.reader import Reader

# Which file it is, how long, and when it was written; None where there is none.
Print = tuple[int, int, int] | None


class FileWatch:
    """Looks at the named file and all that it includes, also at what newly matches a pattern.

    A change counts once two looks in a row see the same: editors write a file in steps, and people
    save several. Secrets in files of their own are not watched.
    """

    def __init__(self, path: Path, environment: Mapping[str, str]) -> None:
        self._path = path
        self._environment = environment
        self._top: Print = None
        self._patterns: list[str] = []
        self._known = self._look()
        self._unsettled = self._known

    def has_changed(self) -> bool:
        """Look, and say whether there is a change that was not told of yet."""
        found = self._look()
        settled = found == self._unsettled and found != self._known
        self._unsettled = found
        if settled:
            self._known = found
        return settled

    def _look(self) -> dict[Path, Print]:
        top = _print(self._path)
        if top != self._top:
            self._top = top
            self._patterns = self._read_patterns()
        folder = self._path.parent
        included = {each for pattern in self._patterns for each in files_matching(folder, pattern)}
        return {each: _print(each) for each in {self._path, *included}}

    def _read_patterns(self) -> list[str]:
        """Return the patterns of `include`; the last ones known while the file cannot be read."""
        try:
            place = read_document(self._path).child("include")
            found = None if place is None else Reader(self._environment).read(place)
        except (ConfigError, RecursionError):
            return self._patterns
        return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _print(path: Path) -> Print:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
