"""Finds the files of a configuration: the one that was named, and those it includes."""

from glob import glob
from pathlib import Path

from monitor.config.document import read_document
from monitor.config.place import Place
from monitor.config.problem import ConfigError
from monitor.config.reader import Reader


def read_files(path: Path, reader: Reader) -> list[Place]:
    """Return the tops of all files, the named one first; ConfigError where that is unreadable."""
    top = read_document(path)
    place = top.child("include")
    if place is None:
        return [top]
    patterns = reader.read(place)
    if patterns is not None and not isinstance(patterns, list):
        reader.problems.append(place.problem("expected a list of paths"))
        return [top]
    seen = {path.resolve()}
    places = zip(place.children(), patterns or [], strict=False)
    return [top, *(each for at, text in places for each in _included(at, text, reader, seen))]


def files_matching(folder: Path, pattern: str) -> list[Path]:
    """Return what a pattern of `include` stands for, in order."""
    # Path.glob takes no absolute pattern, and finds the hidden files that editors leave behind.
    names = glob(pattern, root_dir=folder, recursive=True)  # noqa: PTH207 - see above
    return sorted(folder / each for each in names)


def _included(place: Place, pattern: object, reader: Reader, seen: set[Path]) -> list[Place]:
    if not isinstance(pattern, str):
        if pattern is not None:
            reader.problems.append(place.problem("expected the path of a file, or a pattern"))
        return []
    folder = Path(place.file).parent
    found = files_matching(folder, pattern)
    # A pattern such as *.yml also matches the file it stands in.
    others = [each for each in found if each.resolve() not in seen]
    if not found:
        reader.problems.append(place.problem(f"no file matches {folder / pattern}"))
    seen.update(each.resolve() for each in others)
    return [top for each in others for top in _read(each, reader)]


def _read(path: Path, reader: Reader) -> list[Place]:
    try:
        return [read_document(path)]
    except ConfigError as error:
        reader.problems += error.problems
        return []
