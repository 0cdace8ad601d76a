"""Proves the wording of messages in group chats against files that were read."""

import pytest

from monitor.model.cause import Cause
from monitor.model.events import EventType
from monitor.model.fault import FaultKind
from monitor.model.incident import Severity
from monitor.model.maintenance import WindowStatus
from monitor.model.status import Status
from monitor.publish.alerts.briefing import brief
from monitor.publish.alerts.links import Links
from monitor.publish.alerts.names import Names
from monitor.publish.alerts.robot_words import VOCABULARIES, Vocabulary
from tests.publish.alerts import golden
from tests.publish.alerts.robots import EVENTS, OPENED

WRITTEN = golden.written()


@pytest.mark.parametrize("name", WRITTEN)
def test_a_message_reads_as_it_was_read(name: str) -> None:
    assert (golden.FOLDER / name).read_text(encoding="utf-8") == WRITTEN[name]


def test_no_kept_message_is_left_over() -> None:
    kept = {str(each.relative_to(golden.FOLDER)) for each in golden.FOLDER.rglob("*.md")}

    assert kept == set(WRITTEN)


@pytest.mark.parametrize("vocabulary", VOCABULARIES.values(), ids=VOCABULARIES)
def test_every_member_of_a_closed_set_has_a_word(vocabulary: Vocabulary) -> None:
    assert set(vocabulary.severities) == set(Severity)
    assert set(vocabulary.statuses) == set(Status)
    assert set(vocabulary.causes) == set(Cause)
    assert set(vocabulary.windows) == set(WindowStatus)
    assert set(vocabulary.faults) == set(FaultKind)
    assert set(vocabulary.words) == set(VOCABULARIES["en"].words)


@pytest.mark.parametrize("vocabulary", VOCABULARIES.values(), ids=VOCABULARIES)
def test_every_moment_of_a_notice_has_a_word(vocabulary: Vocabulary) -> None:
    moments = [each.partition(".") for each in EventType if each.startswith("notice.")]

    assert [rest for _, _, rest in moments if f"notice_{rest}" not in vocabulary.words] == []


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_without_addresses_and_names_a_message_still_says_what_fails(event: object) -> None:
    briefing = brief(event, Links(), Names(), "en")  # type: ignore[arg-type]  # of EVENTS

    assert briefing.title
    assert all(url.startswith("http") for _, url in briefing.links)


def test_a_service_without_a_translation_keeps_its_own_name() -> None:
    assert "checkout" in brief(OPENED, Links(), Names(), "zh-CN").title
