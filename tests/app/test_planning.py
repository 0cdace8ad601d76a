"""People plan on a real monitor: what it refuses and how, who took each step, what users fetch."""

from typing import Any

import httpx
import pytest
from icalendar import Calendar

from tests.app.support import Run
from tests.support.polling import eventually

PLAN = {
    "services": ["checkout"],
    "start": "2040-05-01T00:00:00+08:00",
    "end": "2040-05-03T00:00:00+08:00",
    "title": {"zh-CN": "升级", "en": "Upgrade"},
    "note": "change 4711",
    "by": "li",
}
MOVED = {"start": "2040-05-08T00:00:00+08:00", "end": "2040-05-10T00:00:00+08:00", "by": "wang"}


def post(run: Run, path: str, body: dict[str, Any]) -> httpx.Response:
    token = (run.data / "token").read_text().strip()
    return httpx.post(
        f"http://127.0.0.1:{run.operations}/api/v1/maintenance{path}",
        json=body,
        headers={"authorization": f"Bearer {token}"},
        timeout=60,
    )


def refused(run: Run, path: str, body: dict[str, Any]) -> tuple[int, str]:
    answer = post(run, path, body)
    return answer.status_code, str(answer.json()["error"]["message"])


def event(run: Run) -> dict[str, str]:
    """Return the one event of the calendar that users subscribe to; nothing before it is there."""
    text = httpx.get(f"http://127.0.0.1:{run.public}/maintenance.ics", timeout=60).text
    events = Calendar.from_ical(text).walk("VEVENT")
    if not events:
        return {}
    (found,) = events
    keys = ("UID", "SEQUENCE", "STATUS", "SUMMARY")
    assert "4711" not in text
    times = {key: str(found.decoded(key)) for key in ("DTSTART", "DTEND")}
    return {**{key: str(found[key]) for key in keys}, **times}


@pytest.fixture(name="planned")
def _planned(run: Run) -> str:
    run.start()
    run.ready()
    id_: str = post(run, "", PLAN).json()["id"]
    return id_


def test_what_cannot_be_is_refused_in_words(run: Run, planned: str) -> None:
    backwards = {**PLAN, "start": PLAN["end"], "end": PLAN["start"]}
    past = {**PLAN, "start": "2020-01-01T00:00:00Z", "end": "2020-01-02T00:00:00Z"}
    for body, words in (
        (backwards, "the end must come after the start"),
        (past, "the end must lie ahead"),
        ({**PLAN, "services": ["nobody"]}, "unknown service 'nobody'"),
        ({**PLAN, "title": {"en": "Upgrade"}}, "the text for the locale zh-CN is missing"),
        ({**PLAN, "title": {**PLAN["title"], "fr": "x"}}, "unknown locale 'fr'"),  # type: ignore[dict-item]
        ({**PLAN, "expected": {"kind": "blips", "count": 0, "max_seconds": 30}}, "above zero"),
    ):
        status, said = refused(run, "", body)
        assert (status, words in said) == (422, True), said
    series = {"services": ["checkout"], "start": "2040-05-01T00:00", "duration_seconds": 3600}
    for rule in ("rubbish", "FREQ=SECONDLY", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;COUNT=0"):
        assert refused(run, "/series", {**series, "rrule": rule})[0] == 422
    assert refused(run, f"/{planned}/reschedule", {**MOVED, "end": MOVED["start"]})[0] == 422
    assert refused(run, "/mnt_nothing/cancel", {})[0] == 404


def test_what_the_state_forbids_is_a_conflict(run: Run, planned: str) -> None:
    for step in ("approve", "verify", "complete"):
        status, said = refused(run, f"/{planned}/{step}", {"by": "li"})
        assert (status, "this" in said) == (409, True), said
    draft = post(run, "", {**PLAN, "approval": True, "services": [], "components": ["gateway"]})
    approve = f"/{draft.json()['id']}/approve"
    assert draft.json()["status"] == "draft"
    assert post(run, approve, {"by": "ann"}).json()["approved_by"] == "ann"
    assert refused(run, approve, {"by": "bob"})[0] == 409

    assert post(run, f"/{planned}/cancel", {"by": "li"}).json()["status"] == "cancelled"

    for step, body in (
        ("cancel", {}),
        ("approve", {}),
        ("extend", {"end": "2040-06-01T00:00:00Z"}),
        ("reschedule", MOVED),
    ):
        assert refused(run, f"/{planned}/{step}", body)[0] == 409, step


def test_each_step_is_audited_and_users_calendars_follow(run: Run, planned: str) -> None:
    eventually(lambda: event(run).get("STATUS") == "CONFIRMED")
    first = event(run)
    post(run, f"/{planned}/reschedule", MOVED)
    eventually(lambda: event(run)["DTSTART"] != first["DTSTART"])
    moved = event(run)
    post(run, f"/{planned}/cancel", {"by": "ann"})
    eventually(lambda: event(run).get("STATUS") == "CANCELLED")
    called_off = event(run)

    assert {each["UID"] for each in (first, moved, called_off)} == {first["UID"]}
    sequences = [int(each["SEQUENCE"]) for each in (first, moved, called_off)]
    assert sequences == sorted(set(sequences))
    assert moved["DTSTART"].startswith("2040-05-0")
    shown = run.get(f"/api/v1/maintenance/{planned}").json()
    steps = [(each["type"], each["data"]["by"]) for each in shown["events"]]
    assert steps == [
        ("maintenance.scheduled", "li"),
        ("maintenance.changed", "wang"),
        ("maintenance.cancelled", "ann"),
    ]
