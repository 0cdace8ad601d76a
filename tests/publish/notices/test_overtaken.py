"""A draft that events have overtaken is told to nobody, and stands in nobody's way."""

from dataclasses import replace

import pytest

from monitor.model.gates import Gate, GateAction
from monitor.model.maintenance import WindowStatus
from monitor.model.notice import NoticeKind, NoticeState
from monitor.publish.notices.decisions import DecisionError
from tests.publish.notices.office import ATTACKED, DOWN, LI, WORDS, Office
from tests.publish.notices.worlds import (
    ALL_WELL,
    CONFIGURATION,
    FakeFacts,
    after,
    incident,
    recovered,
    window,
)


def office_where(*kinds: NoticeKind) -> Office:
    """Return an office in which a person approves notices of *kinds*."""
    gates = (Gate(kinds=kinds, action=GateAction.APPROVE),)
    policy = replace(CONFIGURATION.notices, gates=gates)
    return Office(facts=FakeFacts(DOWN, configured=replace(CONFIGURATION, notices=policy)))


async def test_a_recovery_that_did_not_hold_is_not_told_when_its_draft_expires() -> None:
    office = office_where(NoticeKind.MONITORING)
    await office.commit(incident(), 60)
    await office.commit(recovered(incident(), 200), 201)
    assert office.newest(NoticeKind.MONITORING).state is NoticeState.PENDING

    await office.commit(incident(relapses=1), 260)
    await office.publisher.tick(after(201 + 1801))

    assert office.newest(NoticeKind.MONITORING).state is NoticeState.SUPERSEDED
    assert NoticeKind.MONITORING not in [
        each.kind for each in office.store.kept if each.state is NoticeState.PUBLISHED
    ]


async def test_after_a_rejected_recovery_the_next_one_is_drafted() -> None:
    office = office_where(NoticeKind.MONITORING)
    await office.commit(incident(), 60)
    await office.commit(recovered(incident(), 200), 201)
    await office.people.reject(office.newest(NoticeKind.MONITORING), LI, after(210))
    await office.commit(recovered(incident(), 200), 220)
    assert office.newest(NoticeKind.MONITORING).state is NoticeState.REJECTED

    await office.commit(incident(relapses=1), 260)
    await office.commit(recovered(incident(relapses=1), 400), 401)

    assert office.newest(NoticeKind.MONITORING).state is NoticeState.PENDING
    assert office.newest(NoticeKind.MONITORING).revision == 2


async def test_words_of_a_person_take_the_place_of_a_drafted_update() -> None:
    office = office_where(NoticeKind.UPDATE)
    await office.commit(incident(), 60)
    await office.publisher.tick(after(960))
    draft = office.newest(NoticeKind.UPDATE)
    assert draft.state is NoticeState.PENDING

    said = await office.people.say(draft.subject, WORDS, LI, after(1000))

    kept = {each.id: each.state for each in office.store.kept}
    assert kept[draft.id] is NoticeState.SUPERSEDED
    assert kept[said.id] is NoticeState.PUBLISHED
    assert office.publisher.drafts() == ()


async def test_after_the_recovery_nobody_lets_out_what_went_on_before() -> None:
    office = Office()
    await office.commit(ATTACKED, 60)
    await office.publisher.tick(after(1861))
    late = office.newest(NoticeKind.CAUSE_KNOWN)
    assert late.state is NoticeState.EXPIRED
    await office.commit(recovered(ATTACKED, 2000, resolved=True), 2400)

    with pytest.raises(DecisionError, match="superseded"):
        await office.people.approve(late, LI, after(2500))


async def test_nobody_is_reminded_of_work_that_has_begun() -> None:
    office = office_where(NoticeKind.MAINTENANCE_REMINDER, NoticeKind.MAINTENANCE_STARTED)
    office.facts.services = ALL_WELL
    plan = window(announced_at=after(0))
    await office.commit(plan, 1)
    await office.commit(replace(plan, reminded_at=after(3000)), 3000)
    assert office.newest(NoticeKind.MAINTENANCE_REMINDER).state is NoticeState.PENDING

    begun = replace(plan, status=WindowStatus.IN_PROGRESS, actual_start=after(3600))
    await office.commit(begun, 3600)
    await office.publisher.tick(after(3000 + 1801))

    assert office.newest(NoticeKind.MAINTENANCE_REMINDER).state is NoticeState.SUPERSEDED


async def test_work_that_got_more_time_is_not_said_to_take_too_long() -> None:
    office = office_where(NoticeKind.MAINTENANCE_OVERRUNNING, NoticeKind.MAINTENANCE_EXTENDED)
    begun = window(status=WindowStatus.IN_PROGRESS, actual_start=after(3600))
    await office.commit(begun, 3600)
    late = replace(begun, status=WindowStatus.OVERRUNNING, overrun_since=begun.end)
    await office.commit(late, 11_100)
    assert office.newest(NoticeKind.MAINTENANCE_OVERRUNNING).state is NoticeState.PENDING

    await office.commit(replace(begun, end=after(20_000)), 11_200)
    await office.publisher.tick(after(11_100 + 1801))

    assert office.newest(NoticeKind.MAINTENANCE_OVERRUNNING).state is NoticeState.SUPERSEDED


async def test_the_plan_of_work_that_was_called_off_waits_for_nobody() -> None:
    office = office_where(NoticeKind.MAINTENANCE_PLANNED)
    plan = window(announced_at=after(0))
    await office.commit(plan, 1)
    draft = office.newest(NoticeKind.MAINTENANCE_PLANNED)

    await office.commit(replace(plan, status=WindowStatus.CANCELLED, actual_end=after(60)), 60)

    with pytest.raises(DecisionError, match="superseded"):
        await office.people.approve(draft, LI, after(61))
    assert office.store.kinds() == [NoticeKind.MAINTENANCE_PLANNED]
