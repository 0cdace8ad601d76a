"""People decide: a draft waits, is approved as it was seen, or expires; nothing is deleted."""

from dataclasses import replace

import pytest

from monitor.model.cause import Cause
from monitor.model.events import EventType
from monitor.model.gates import Gate, GateAction
from monitor.model.maintenance import WindowStatus
from monitor.model.notice import NoticeKind, NoticeState
from monitor.model.regulatory import RegulatoryFacts
from monitor.publish.notices.decisions import DecisionError, Say
from monitor.publish.notices.facts import facts_of
from tests.publish.notices.office import ATTACKED, DOWN, LI, WORDS, Office, drafted
from tests.publish.notices.worlds import (
    CONFIGURATION,
    FakeFacts,
    after,
    diagnosis,
    incident,
    recovered,
    window,
)


async def test_a_draft_tells_people_and_not_users() -> None:
    office = await drafted()

    draft = office.newest(NoticeKind.CAUSE_KNOWN)
    event = office.store.events[-1]

    assert draft.state is NoticeState.PENDING
    assert draft.expires_at == draft.at + (after(1800) - after(0))
    assert event.type is EventType.NOTICE_WAITING
    assert event.data["texts"]
    assert "path" not in event.data
    assert [kind for kind, _ in office.counted.told] == ["disruption", "disruption"]


async def test_an_approved_draft_leaves_as_it_was_seen_at_the_time_of_approval() -> None:
    office = await drafted()
    draft = office.newest(NoticeKind.CAUSE_KNOWN)

    approved = await office.people.approve(draft, LI, after(600))

    assert office.newest(NoticeKind.CAUSE_KNOWN) == approved
    assert (approved.state, approved.at, approved.author) == (
        NoticeState.PUBLISHED,
        after(600),
        "li",
    )
    assert approved.next_update_by == after(600 + 1800)
    assert facts_of(approved).affected == facts_of(draft).affected
    assert office.types()[-1] is EventType.NOTICE_PUBLISHED
    assert [(each.state, each.by, each.reason) for each in approved.history] == [
        (NoticeState.PENDING, "", "cause_confirmed"),
        (NoticeState.PUBLISHED, "li", LI.reason),
    ]
    await office.publisher.tick(after(601))
    assert len(office.store.kept) == 2


async def test_a_rejected_draft_stays_away() -> None:
    office = await drafted()

    await office.people.reject(office.newest(NoticeKind.CAUSE_KNOWN), LI, after(600))
    await office.publisher.tick(after(601))

    assert office.newest(NoticeKind.CAUSE_KNOWN).state is NoticeState.REJECTED
    assert len(office.store.kept) == 2


async def test_the_first_of_two_decisions_counts() -> None:
    office = await drafted()
    seen = office.newest(NoticeKind.CAUSE_KNOWN)
    approved = await office.people.approve(seen, LI, after(600))

    with pytest.raises(DecisionError, match="published"):
        await office.people.reject(seen, Say(by="wang"), after(601))
    with pytest.raises(DecisionError, match="published"):
        await office.people.approve(seen, Say(by="wang"), after(602))

    assert office.newest(NoticeKind.CAUSE_KNOWN) == approved


async def test_a_notice_is_taken_back_once() -> None:
    office = await drafted()
    seen = office.newest(NoticeKind.DISRUPTION)
    await office.people.retract(seen, {}, LI, after(600))

    with pytest.raises(DecisionError, match="retracted"):
        await office.people.correct(seen, WORDS, LI, after(601))

    assert office.newest(NoticeKind.DISRUPTION).state is NoticeState.RETRACTED
    assert office.store.kinds().count(NoticeKind.CORRECTION) == 1


async def test_a_draft_expires_into_the_effect_and_may_still_be_approved() -> None:
    office = await drafted()

    await office.publisher.tick(after(1859))
    assert office.newest(NoticeKind.CAUSE_KNOWN).state is NoticeState.PENDING
    await office.publisher.tick(after(1861))

    expired, update = office.newest(NoticeKind.CAUSE_KNOWN), office.newest(NoticeKind.UPDATE)
    assert expired.state is NoticeState.EXPIRED
    assert expired.history[-1].rule == "approve_within"
    assert update.state is NoticeState.PUBLISHED
    assert update.history[0].rule == "effect_only"
    assert "原因" not in update.texts["zh-CN"].text
    late = await office.people.approve(expired, LI, after(2000))
    assert late.state is NoticeState.PUBLISHED


async def test_a_first_word_that_waits_is_told_as_an_effect_five_minutes_after_confirmation() -> (
    None
):
    rule = RegulatoryFacts(rule={"zh-CN": "《示例通知》", "en": "the Example Notice"})
    declared = incident(diagnosis=diagnosis(Cause.REGULATORY, 1.0), regulatory=rule)
    office = Office()

    await office.commit(declared, 2)
    await office.publisher.tick(after(301.9))
    assert [each.kind for each in office.store.kept] == [NoticeKind.REGULATORY]
    await office.publisher.tick(after(302.1))

    assert office.newest(NoticeKind.REGULATORY).state is NoticeState.EXPIRED
    assert office.newest(NoticeKind.DISRUPTION).state is NoticeState.PUBLISHED
    assert "示例通知" not in office.newest(NoticeKind.DISRUPTION).texts["zh-CN"].text


async def test_a_rule_whose_facts_change_later_has_its_full_time_to_be_approved() -> None:
    rule = RegulatoryFacts(rule={"zh-CN": "《示例通知》", "en": "the Example Notice"})
    declared = incident(diagnosis=diagnosis(Cause.REGULATORY, 1.0), regulatory=rule)
    office = Office()
    await office.commit(declared, 2)
    await office.people.approve(office.newest(NoticeKind.REGULATORY), LI, after(10))

    changed = replace(declared, regulatory=replace(rule, scope=WORDS))
    await office.commit(changed, 5000)

    draft = office.newest(NoticeKind.REGULATORY)
    assert (draft.revision, draft.state) == (2, NoticeState.PENDING)
    assert draft.expires_at == after(5000 + 1800)


async def test_the_end_supersedes_what_waited() -> None:
    office = await drafted()
    over = recovered(ATTACKED, 200, resolved=True)

    await office.commit(over, 600)

    assert office.newest(NoticeKind.RECOVERY).state is NoticeState.PUBLISHED
    draft = office.newest(NoticeKind.CAUSE_KNOWN)
    assert draft.state is NoticeState.SUPERSEDED
    with pytest.raises(DecisionError, match="superseded"):
        await office.people.approve(draft, LI, after(700))


async def test_an_overdue_update_reminds_people_and_is_held() -> None:
    gates = (Gate(kinds=(NoticeKind.UPDATE,), action=GateAction.APPROVE),)
    policy = replace(CONFIGURATION.notices, gates=gates)
    office = Office(facts=FakeFacts(DOWN, configured=replace(CONFIGURATION, notices=policy)))
    await office.commit(incident(), 60)

    await office.publisher.tick(after(960))
    assert office.newest(NoticeKind.UPDATE).state is NoticeState.PENDING
    await office.publisher.tick(after(1860))

    held = office.newest(NoticeKind.HOLDING)
    assert "暂无新的进展" in held.texts["zh-CN"].text
    assert "nothing new" in held.texts["en"].text
    assert office.types()[-2:] == [EventType.NOTICE_PUBLISHED, EventType.NOTICE_OVERDUE]
    assert held.next_update_by == after(1860 + 1800)


async def test_a_correction_leaves_the_notice_and_says_what_is_right() -> None:
    office = await drafted()
    told = office.newest(NoticeKind.DISRUPTION)

    correction = await office.people.correct(told, WORDS, LI, after(600))

    marked = office.newest(NoticeKind.DISRUPTION)
    assert (marked.state, marked.corrected_by) == (NoticeState.PUBLISHED, correction.id)
    assert marked.history[-1].by == "li"
    assert correction.kind is NoticeKind.CORRECTION
    assert WORDS["zh-CN"] in correction.texts["zh-CN"].text
    assert told.texts["en"].subject in correction.texts["en"].text
    assert LI.reason not in str(correction.texts)
    assert office.types()[-2:] == [EventType.NOTICE_PUBLISHED, EventType.NOTICE_CORRECTED]


async def test_a_cause_that_was_set_right_is_said_no_more() -> None:
    sure, office = incident(diagnosis=diagnosis(Cause.DATABASE_ANOMALY)), Office()
    await office.commit(sure, 60)
    await office.people.correct(office.newest(NoticeKind.CAUSE_KNOWN), WORDS, LI, after(600))

    await office.publisher.tick(after(1900))
    await office.commit(recovered(sure, 2000, resolved=True), 2400)

    assert office.store.kinds()[-2:] == [NoticeKind.UPDATE, NoticeKind.RECOVERY]
    assert not any("数据库" in each.texts["zh-CN"].text for each in office.store.kept[-2:])


async def test_what_is_taken_back_leaves_a_word_that_it_was() -> None:
    office = await drafted()

    gone = await office.people.retract(office.newest(NoticeKind.DISRUPTION), {}, LI, after(600))
    await office.publisher.tick(after(5000))

    correction = office.newest(NoticeKind.CORRECTION)
    assert (gone.state, gone.corrected_by) == (NoticeState.RETRACTED, correction.id)
    assert "已撤回" in correction.texts["zh-CN"].text
    assert "withdrawn" in correction.texts["en"].text
    assert NoticeKind.UPDATE not in office.store.kinds()


async def test_a_window_is_corrected_where_it_is_shown() -> None:
    office = Office()
    await office.commit(window(announced_at=after(0)), 1)
    plan = office.newest(NoticeKind.MAINTENANCE_PLANNED)

    await office.people.correct(plan, WORDS, LI, after(600))

    assert office.store.events[-2].data["path"] == f"/maintenance/{plan.subject}"


async def test_setting_the_plan_of_longer_work_right_tells_nobody_again_that_it_is_longer() -> None:
    office = Office()
    begun = window(status=WindowStatus.IN_PROGRESS, actual_start=after(3600))
    await office.commit(begun, 3600)
    await office.commit(replace(begun, end=after(14400)), 3700)
    kinds = office.store.kinds()

    await office.people.correct(
        office.newest(NoticeKind.MAINTENANCE_PLANNED), WORDS, LI, after(3800)
    )
    await office.publisher.tick(after(3801))

    assert kinds[-1] is NoticeKind.MAINTENANCE_EXTENDED
    assert office.store.kinds() == [*kinds, NoticeKind.CORRECTION]


async def test_a_draft_of_before_the_restart_expires_although_nobody_follows_it() -> None:
    office = await drafted()
    office.start()

    await office.publisher.tick(after(1859))
    assert office.newest(NoticeKind.CAUSE_KNOWN).state is NoticeState.PENDING
    await office.publisher.tick(after(1861))

    assert office.newest(NoticeKind.CAUSE_KNOWN).state is NoticeState.EXPIRED


async def test_a_draft_of_before_the_restart_that_was_approved_stays_approved() -> None:
    office = await drafted()
    office.start()
    await office.publisher.tick(after(120))
    assert [each.kind for each in office.publisher.drafts()] == [NoticeKind.CAUSE_KNOWN]

    await office.people.approve(office.newest(NoticeKind.CAUSE_KNOWN), LI, after(600))
    await office.publisher.tick(after(1861))

    assert office.newest(NoticeKind.CAUSE_KNOWN).state is NoticeState.PUBLISHED
    assert office.publisher.drafts() == ()


async def test_what_waits_for_a_person_is_known_until_one_decides() -> None:
    office = await drafted()
    (draft,) = office.publisher.drafts()
    assert draft == office.newest(NoticeKind.CAUSE_KNOWN)

    await office.people.reject(draft, LI, after(600))

    assert office.publisher.drafts() == ()
