"""The replay of real incidents reads archives and folders, and notices what is read wrongly."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.probes.page_documents import API, incident, statuspage
from tools.replay_statuspage import VARIABLE, main, replay

COMPONENT = {"code": "c1", "name": "Payments API", "old_status": "operational"}


def _document(**fields: Any) -> dict[str, Any]:
    """Give an incident that was investigated and resolved, as its page keeps it."""
    updates = [
        {"id": "u2", "status": "resolved", "affected_components": None},
        {
            "id": "u1",
            "status": "investigating",
            "affected_components": [{**COMPONENT, "new_status": "major_outage"}],
        },
    ]
    resolved = {"status": "resolved", "resolved_at": "2026-03-01T05:00:00.000Z"}
    whole = incident(API, **{**resolved, "incident_updates": updates, **fields})
    return {"page": statuspage()["page"], "incident": whole}


def _archive(folder: Path, *documents: object) -> Path:
    path = folder / "incidents.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for number, document in enumerate(documents):
            body = json.dumps(document).encode()
            member = tarfile.TarInfo(f"incidents/{number}.json")
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return path


def test_an_archive_of_incidents_is_read_whole(tmp_path: Path) -> None:
    report = replay(_archive(tmp_path, _document(), _document(incident_updates=None)))

    assert (report.incidents, report.updates) == (2, 2)
    assert report.faults == []
    assert report.words["status resolved"] == 2


def test_a_folder_of_incidents_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(_document()))

    assert replay(tmp_path).incidents == 1


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (_document(started_at=None, created_at=None), "missing"),
        (_document(resolved_at=None), "no known time"),
        ({"pong": True}, "NoPageError"),
    ],
    ids=["no time", "no end", "no page"],
)
def test_an_incident_that_is_read_wrongly_is_named(
    tmp_path: Path, document: dict[str, Any], fault: str
) -> None:
    report = replay(_archive(tmp_path, document))

    assert len(report.faults) == 1
    assert fault in report.faults[0]


def test_the_last_line_counts_and_the_exit_code_tells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(_archive(tmp_path, _document())))

    assert main([]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "statuspage: 1 of 1 incidents, 2 updates"
    assert main([str(_archive(tmp_path, _document(impact="purple")))]) == 1
    assert "unknown: incidents.impact 'purple'" in capsys.readouterr().out
    assert main([str(tmp_path / "nowhere")]) == 2
