"""Finds the folders that ship with the package: check definitions, dashboards and alert rules."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
FOLDERS = frozenset({"alerts", "checks", "dashboards"})


class ResourceNotFoundError(LookupError):
    """A file that ships with the monitor is not where an installation puts it."""


def path(*parts: str) -> Path:
    """Return the place of a shipped file or folder, such as `path("checks", "demo")`.

    A wheel carries the folders inside the package; an editable installation leaves them
    at the root of the repository.
    """
    if not parts or parts[0] not in FOLDERS:
        raise ResourceNotFoundError(f"{'/'.join(parts)!r}: not in one of {sorted(FOLDERS)}")
    places = [base.joinpath(*parts) for base in (PACKAGE / "_data", PACKAGE.parent)]
    for place in places:
        if place.exists():
            return place
    raise ResourceNotFoundError(
        f"{'/'.join(parts)!r}: not found at {' or '.join(map(str, places))}"
    )
