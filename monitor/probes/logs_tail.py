"""Reads what was added to a log since the last look: rotated, truncated, huge or half written."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

# How much of a file's start is remembered: a file that begins otherwise is another one, even
# where it has the inode of the one before.
_HEAD_BYTES = 128

# A longer line is cut: what matters in a log line stands at its start.
_LONGEST_LINE = 65536

# Where many files lie beside a log, the one that it was moved to is looked for among so many.
_MOST_NEIGHBOURS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a file has been read: up to the start of a line."""

    inode: int
    offset: int
    head: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The whole lines that were added, where the next look begins, and when the file changed.

    *skipped* is how many bytes before them were too many to be read.
    """

    lines: list[bytes] = field(default_factory=list)
    place: Place
    read: int = 0
    skipped: int = 0
    changed_at: float = 0.0

    @property
    def weight(self) -> float:
        """How many added bytes each byte that was read stands for."""
        return (self.read + self.skipped) / self.read if self.read else 1.0


class NoLogError(OSError):
    """There is something at the path, but no ordinary file."""


def added(path: Path, place: Place | None, most: int) -> Added:
    """Return what was added since *place*; without one, what stands there already."""
    # A pipe must not hold the open until somebody writes.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NoLogError(f"{path} is no ordinary file")
        head = os.pread(descriptor, _HEAD_BYTES, 0)
        begun = place is not None and _is_same(place, status, head)
        start = place.offset if place is not None and begun else 0
        blocks, end, skipped = _read(descriptor, start, status.st_size, most)
    finally:
        os.close(descriptor)
    before = _rest(path, place, most) if place is not None and not begun else []
    lines = [*before, *_lines(blocks)]
    read = sum(len(each) + 1 for each in lines)
    here = Place(inode=status.st_ino, offset=end, head=head)
    return Added(lines=lines, place=here, read=read, skipped=skipped, changed_at=status.st_mtime)


def _is_same(place: Place, status: os.stat_result, head: bytes) -> bool:
    """Say whether a file is the one of *place*, and still as long."""
    return (
        status.st_ino == place.inode
        and status.st_size >= place.offset
        and head.startswith(place.head)
    )


def _read(descriptor: int, start: int, size: int, most: int) -> tuple[bytes, int, int]:
    """Return whole lines from *start* on, where they end, and how many bytes were left out.

    Of more than *most* bytes the last ones are read, from the next line on.
    """
    skipped = max(0, size - start - most)
    block = os.pread(descriptor, min(most, size - start), start + skipped)
    if skipped:
        cut = block.find(b"\n") + 1
        block, skipped = block[cut:], skipped + cut
    whole = block.rfind(b"\n") + 1
    if not whole and len(block) >= _LONGEST_LINE:
        whole = len(block)
    return block[:whole], start + skipped + whole, skipped


def _rest(path: Path, place: Place, most: int) -> list[bytes]:
    """Return what was added to the file of *place* before another one took its name."""
    for neighbour in _neighbours(path.resolve(), place.inode):
        with suppress(OSError), neighbour.open("rb") as file:
            if file.read(_HEAD_BYTES).startswith(place.head):
                size = os.fstat(file.fileno()).st_size
                if size >= place.offset:
                    return _lines(_read(file.fileno(), place.offset, size, most)[0])
    return []


def _neighbours(path: Path, inode: int) -> Iterator[Path]:
    with suppress(OSError), os.scandir(path.parent) as entries:
        for entry in islice(entries, _MOST_NEIGHBOURS):
            if entry.inode() == inode and entry.name != path.name:
                yield Path(entry.path)


def _lines(block: bytes) -> list[bytes]:
    return [each[:_LONGEST_LINE] for each in block.split(b"\n")[:-1] or ([block] if block else [])]
