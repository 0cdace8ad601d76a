"""Parses real incidents of a Statuspage with the status_page probe's code, and says what it met.

Each incident is replayed as its page showed it, update by update. The argument, or the variable
REPLAY_STATUSPAGE, names a .tar.gz or a folder of documents of `/api/v2/incidents/<id>.json`.
"""

import json
import os
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.probes.page import IncidentStatus, Page
from monitor.probes.page_reader import NoPageError, objects, text
from monitor.probes.page_view import PageView
from monitor.probes.status_page import parse

VARIABLE = "REPLAY_STATUSPAGE"


@dataclass(slots=True, kw_only=True)
class Report:
    """What the replay met; *faults* are incidents that were read wrongly."""

    incidents: int = 0
    updates: int = 0
    words: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield the report as a person reads it."""
        yield from (f"  {word:<40} {count:>6}" for word, count in sorted(self.words.items()))
        yield from (f"  unknown: {word:<31} {count:>6}" for word, count in self.unknown.items())
        yield from (f"  wrong: {each}" for each in self.faults)
        right = self.incidents - len(self.faults)
        yield f"statuspage: {right} of {self.incidents} incidents, {self.updates} updates"


def documents(place: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of every document in an archive or a folder."""
    if place.is_dir():
        for path in sorted(place.rglob("*.json")):
            yield path.name, path.read_bytes()
        return
    with tarfile.open(place) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None and member.name.endswith(".json"):
                yield Path(member.name).name, content.read()


def replay(place: Path) -> Report:
    """Read every incident at *place*, as it is and as it was at each of its updates."""
    report = Report()
    for name, body in documents(place):
        report.incidents += 1
        try:
            fault = _replay_one(body, report)
        except (NoPageError, KeyError, TypeError) as error:
            fault = f"{type(error).__name__}: {error}"
        if fault:
            report.faults.append(f"{name}: {fault}")
    return report


def _replay_one(body: bytes, report: Report) -> str:
    """Return what is wrong with the reading of one incident, or nothing."""
    page = parse(body)
    (incident,) = page.incidents
    report.words[f"status {incident.status.value}"] += 1
    report.words[f"impact {incident.impact.value}"] += 1
    for part in incident.parts:
        report.words[f"component {part.status.value}"] += 1
    _note_drifts(page, report)
    if not (incident.id and incident.title and incident.started_at and incident.updated_at):
        return "an id, a title or a time is missing"
    if incident.status is IncidentStatus.RESOLVED and incident.resolved_at is None:
        return "resolved at no known time"
    document = json.loads(body)
    updates = [*objects(document["incident"].get("incident_updates"))]
    faults = (_replay_update(document, each, report) for each in reversed(updates))
    return next((each for each in faults if each), "")


def _replay_update(document: dict[str, Any], update: dict[str, Any], report: Report) -> str:
    """Show the page as it was after *update* and return what is wrong with how it is read."""
    report.updates += 1
    parts = [
        {"id": each.get("code"), "name": each.get("name"), "status": each.get("new_status")}
        for each in objects(update.get("affected_components"))
    ]
    then = {**document["incident"], "status": update["status"], "components": parts}
    shown = {"page": document["page"], "components": parts, "incidents": [then]}
    page = parse(json.dumps(shown).encode())
    _note_drifts(page, report)
    view = PageView(page=page, check="replay", component="third-party")
    is_open = text(update["status"]) not in {"resolved", "postmortem"}
    if bool(view.troubles()) is not is_open:
        return f"after update {update.get('id')} the incident looks {'over' if is_open else 'open'}"
    return ""


def _note_drifts(page: Page, report: Report) -> None:
    report.unknown.update(f"{each.path} {each.value!r}" for each in page.drifts)


def main(arguments: list[str]) -> int:
    """Replay what the argument or the environment names; 1 where anything was read wrongly."""
    named = arguments[0] if arguments else os.environ.get(VARIABLE, "")
    place = Path(named)
    if not named or not place.exists():
        print(f"name an archive or a folder, as an argument or in {VARIABLE}", file=sys.stderr)
        return 2
    report = replay(place)
    print("\n".join(report.lines()))
    return 1 if report.faults or report.unknown or not report.incidents else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
