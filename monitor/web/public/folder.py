"""Writes the files of the public face into a folder, so that no reader ever meets a half of it."""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

RECORD = ".availability-monitor.json"
DRAFT = ".new"


class PublishedFolder:
    """A folder that holds what was published last, and possibly files of others.

    Each file is replaced in one step; new ones come in the order given and old ones go last, so
    that no page leads to one that is not there. What we wrote is on record, and nothing
    else is deleted.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: dict[str, bytes] = {}

    def publish(self, files: Mapping[str, bytes]) -> int:
        """Make the folder hold *files*; return how many changed. OSError where it cannot be."""
        self._folder.mkdir(parents=True, exist_ok=True)
        ours = self._recorded()
        self._record(ours | set(files))
        changed = [name for name, body in files.items() if not self._holds(name, body)]
        for name in changed:
            self._write(name, files[name])
        gone = sorted(ours - set(files), reverse=True)
        for name in gone:
            self._delete(name)
        self._record(files)
        return len(changed) + len(gone)

    def _holds(self, name: str, body: bytes) -> bool:
        """Whether the file is as it should be; one that others took away is written again."""
        path = self._folder / name
        if self._written.get(name) == body:
            return path.exists()
        try:
            held = path.read_bytes() == body
        except OSError:
            return False
        if held:
            self._written[name] = body
        return held

    def _write(self, name: str, body: bytes) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}{DRAFT}")
        with draft.open("wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
        self._written[name] = body

    def _delete(self, name: str) -> None:
        path = self._folder / name
        path.unlink(missing_ok=True)
        self._written.pop(name, None)
        with suppress(OSError):  # A folder that is not empty stays.
            for parent in path.relative_to(self._folder).parents[:-1]:
                (self._folder / parent).rmdir()

    def _recorded(self) -> set[str]:
        """Return what we wrote before; a record that was tampered with counts for nothing."""
        try:
            names = json.loads((self._folder / RECORD).read_text(encoding="utf-8"))["files"]
        except (OSError, ValueError, KeyError, TypeError):
            return set()
        return {each for each in names if isinstance(each, str) and _is_inside(each)}

    def _record(self, names: Iterable[str]) -> None:
        listed = json.dumps({"files": sorted(names)}, indent=0).encode()
        if self._written.get(RECORD) != listed:
            self._write(RECORD, listed)


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts
