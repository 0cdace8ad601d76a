"""What people may say to users in their own words, and about what."""

import asyncio
from dataclasses import replace

import pytest

from monitor.model.batch import Batch
from monitor.model.incident import IncidentStatus
from monitor.model.notice import NoticeKind
from monitor.publish.notices.decisions import DecisionError
from tests.publish.notices.office import ATTACKED, LI, WORDS, drafted
from tests.publish.notices.worlds import after


async def test_a_person_says_something_between_and_the_promise_counts_from_then() -> None:
    office = await drafted()

    said = await office.people.say(ATTACKED.id, WORDS, LI, after(600))
    await office.publisher.tick(after(1861))

    assert (said.kind, said.revision, said.author) == (NoticeKind.UPDATE, 1, "li")
    assert WORDS["en"] in said.texts["en"].text
    assert said.next_update_by == after(2400)
    assert office.newest(NoticeKind.UPDATE).at != after(1860)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({}, "say something"),
        ({"en": "Soon."}, "the text for zh-CN is missing"),
        ({**WORDS, "en": "10.9.8.7 is back"}, "the text for en contains an address"),
        ({**WORDS, "zh-CN": "主机10.9.8.7已恢复"}, "the text for zh-CN contains an address"),
        ({**WORDS, "zh-CN": "我们保证一定赔偿"}, "the text for zh-CN contains a"),
    ],
    ids=["nothing", "one language", "address", "address in Chinese", "promises"],
)
async def test_words_that_are_not_for_users_are_refused(
    words: dict[str, str], problem: str
) -> None:
    office = await drafted()
    before = len(office.store.kept)

    with pytest.raises(DecisionError, match=problem):
        await office.people.say(ATTACKED.id, words, LI, after(600))

    assert len(office.store.kept) == before


async def test_an_incident_that_ends_while_somebody_waits_for_their_turn_is_spoken_of_no_more() -> (
    None
):
    office = await drafted()
    ended = replace(ATTACKED, status=IncidentStatus.WITHDRAWN)

    async with office.publisher.lock:
        saying = asyncio.create_task(office.people.say(ATTACKED.id, WORDS, LI, after(600)))
        await asyncio.sleep(0)
        office.publisher.saw(Batch(at=after(600), incidents=(ended,)))

    with pytest.raises(DecisionError, match="no open incident"):
        await saying


async def test_only_an_open_incident_is_spoken_of() -> None:
    office = await drafted()

    with pytest.raises(DecisionError, match="no open incident"):
        await office.people.say("inc_none", WORDS, LI, after(600))
    await office.commit(replace(ATTACKED, status=IncidentStatus.WITHDRAWN), 700)
    with pytest.raises(DecisionError, match="no open incident"):
        await office.people.say(ATTACKED.id, WORDS, LI, after(800))
