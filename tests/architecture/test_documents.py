"""What the documents say about the repository is there: links, rooms and files."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, tracked_files

DOCUMENTS = [each for each in tracked_files() if each.suffix == ".md"]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)")
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()


def headings(document: Path) -> set[str]:
    """Return the anchors of a document, as GitHub makes them."""
    lines = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


@pytest.mark.parametrize("document", DOCUMENTS, ids=[str(d.relative_to(ROOT)) for d in DOCUMENTS])
def test_every_link_leads_somewhere(document: Path) -> None:
    broken = []
    for target, anchor in LINK.findall(document.read_text()):
        place = (document.parent / target).resolve()
        known = not anchor or place.suffix != ".md" or anchor[1:] in headings(place)
        if not place.exists() or not known:
            broken.append(target + anchor)

    assert broken == []


def test_the_readme_leads_to_every_document() -> None:
    readme = {target for target, _ in LINK.findall((ROOT / "README.md").read_text())}
    documents = {str(each.relative_to(ROOT)) for each in (ROOT / "docs").glob("*.md")}

    assert documents - readme == set()


def test_architecture_names_every_room_and_no_other() -> None:
    table = re.findall(r"^\| `(\w+)` \|", ARCHITECTURE, re.MULTILINE)
    rooms = [each.parent.name for each in (ROOT / "monitor").glob("*/__init__.py")]

    assert sorted(table) == sorted(rooms)


def test_architecture_names_files_that_exist() -> None:
    steps = ARCHITECTURE.split("## Where it happens")[1].split("## Rooms")[0]
    named = re.findall(r"`([\w/]+\.py)`", steps)

    assert len(named) > 20
    assert [each for each in named if not _exists(each, named)] == []


def _exists(name: str, named: list[str]) -> bool:
    """A name without a folder is beside one that was named with its folder."""
    folders = {str(Path(each).parent) for each in named if "/" in each}
    places = [name] if "/" in name else [f"{folder}/{name}" for folder in folders]
    return any((ROOT / "monitor" / each).is_file() for each in places)
