"""The operations page at work: a real browser, a real monitor, and what it kept of each step."""

import pytest

from tests.acceptance.desk_stories import OPENED, PERSON, STEPS, SeenDesk
from tests.support.background import PATIENCE_SECONDS, Background

pytestmark = [pytest.mark.external_service, pytest.mark.timeout(PATIENCE_SECONDS + 20)]


@pytest.fixture(name="seen")
def _seen(troupe: Background) -> SeenDesk:
    seen: SeenDesk = troupe.seen("desk")
    return seen


def test_nobody_acts_before_signing_in(seen: SeenDesk) -> None:
    assert "Sign in to act" in seen.closed
    assert "That is not the token." in seen.wrong_token
    assert "Sign in to act" in seen.signed_out


def test_each_step_is_on_the_page_with_its_author(seen: SeenDesk) -> None:
    assert "Adjustment of Mail" in seen.opened
    assert "Notice" in seen.opened
    for step, words in {
        "acknowledge": f"Acknowledged\n{PERSON}",
        "note": STEPS["note"]["text"],
        "override": "Critical · level II",
        "report": PERSON,
        "postmortem": "For operations only\n\na form",
        "resolve": "Resolved: released in writing",
    }.items():
        assert words.lower() in seen.pages[step].lower(), step


def test_each_step_is_kept(seen: SeenDesk) -> None:
    incident = seen.incident

    assert (incident["status"], incident["cause"], incident["severity"]) == (
        "resolved",
        "regulatory",
        "critical",
    )
    assert incident["level"] == "II"
    assert incident["services"] == ["mail"]
    assert incident["title"] == {"zh-CN": OPENED["title:zh-CN"], "en": OPENED["title:en"]}
    # Midnight of the platform's zone.
    assert incident["regulatory"]["effective_from"].startswith("2030-01-09T16:00:00")
    assert incident["acknowledged_by"] == PERSON
    assert [each["text"] for each in incident["notes"]] == [STEPS["note"]["text"]]
    assert [each["rule"] for each in incident["reports"]] == ["brief"]
    assert incident["postmortem"]["public"] == {"zh-CN": "已恢复。", "en": "It is over."}
    assert incident["postmortem"]["internal"] == "a form"
    told = [each["data"]["by"] for each in incident["events"] if each["data"].get("by")]
    # Opened, and the six steps.
    assert told == [PERSON] * 7


def test_a_mute_names_its_author_and_its_end_and_is_lifted(seen: SeenDesk) -> None:
    assert seen.mute["author"] == PERSON
    assert seen.mute["reason"] == "their certificate"
    assert f"by {PERSON}: their certificate" in seen.muted
    assert "Muted checks" in seen.overview
    assert "their certificate" not in seen.unmuted


def test_what_cannot_be_done_is_said(seen: SeenDesk) -> None:
    assert "Nothing was done" in seen.twice
    assert "open for the same cause" in seen.twice
    assert "not of your session" in seen.forged
