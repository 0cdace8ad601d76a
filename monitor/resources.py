"""Finds the folders that ship with the package: checks, dashboards, alert rules, runbooks."""

from collections.abc import Mapping
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
# Where each is in the repository.
FOLDERS: Mapping[str, str] = {
    "alerts": "alerts",
    "checks": "checks",
    "dashboards": "dashboards",
    "runbooks": "docs/operations",
}


class ResourceNotFoundError(LookupError):
    """A file that ships with the monitor is not where an installation puts it."""


def path(*parts: str) -> Path:
    """Return the place of a shipped file or folder, such as `path("checks", "demo")`.

    A wheel carries the folders inside the package; an editable installation leaves them
    where they are in the repository.
    """
    if not parts or parts[0] not in FOLDERS:
        raise ResourceNotFoundError(f"{'/'.join(parts)!r}: not in one of {sorted(FOLDERS)}")
    folder, *rest = parts
    bases = (PACKAGE / "_data" / folder, PACKAGE.parent / FOLDERS[folder])
    places = [base.joinpath(*rest) for base in bases]
    for place in places:
        if place.exists():
            return place
    raise ResourceNotFoundError(
        f"{'/'.join(parts)!r}: not found at {' or '.join(map(str, places))}"
    )
