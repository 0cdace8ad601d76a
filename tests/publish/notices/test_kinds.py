"""Notices beyond disruption and recovery: reminders, turns, rules, accounts and holding lines."""

from collections.abc import Sequence
from dataclasses import replace

from monitor.model.cause import Cause
from monitor.model.gates import Gate, GateAction
from monitor.model.incident import Incident, IncidentStatus, Origin, Override
from monitor.model.incident_work import Postmortem
from monitor.model.maintenance import Window
from monitor.model.notice import Notice, NoticeKind, NoticeState, NoticeStep
from monitor.model.regulatory import RegulatoryFacts
from monitor.model.status import Status
from monitor.publish.notices.occasion import NoticeIntent, Reason
from monitor.publish.notices.plan import due_notices
from tests.publish.notices.worlds import (
    GATHERER,
    POLICY,
    after,
    diagnosis,
    impact,
    incident,
    notice_of,
    recovered,
    window,
)

RULE = RegulatoryFacts(rule={"zh-CN": "《示例通知》", "en": "the Example Notice"})
APPROVED = replace(POLICY, gates=(Gate(kinds=(NoticeKind.UPDATE,), action=GateAction.APPROVE),))


def due(
    subject: Incident | Window, existing: Sequence[Notice], seconds: float, policy: object = POLICY
) -> tuple[NoticeIntent, ...]:
    services = GATHERER.services_of(subject)
    assert isinstance(policy, type(POLICY))
    return due_notices(subject, existing, policy, after(seconds), services=services)


def told(
    subject: Incident | Window, existing: list[Notice], seconds: float, policy: object = POLICY
) -> list[NoticeKind]:
    """Publish what is due and return its kinds; *existing* grows."""
    kinds = []
    while intents := due(subject, existing, seconds, policy):
        existing.append(notice_of(intents[0], subject, existing, after(seconds)))
        kinds.append(intents[0].kind)
    return kinds


def expired(notice: Notice, seconds: float) -> Notice:
    return notice.stepped(NoticeStep(state=NoticeState.EXPIRED, at=after(seconds)))


def declared(**changes: object) -> Incident:
    """Return an incident that a person opened because of a rule."""
    return incident(
        origin=Origin.PERSON,
        diagnosis=diagnosis(Cause.REGULATORY, 1.0),
        regulatory=RULE,
        **changes,
    )


def test_users_are_reminded_once_of_each_time_that_they_were_told() -> None:
    plan = window(announced_at=after(0))
    reminded = replace(plan, reminded_at=after(100))
    moved = replace(reminded, start=after(7200), end=after(9000), reminded_at=None)
    again = replace(moved, reminded_at=after(300))
    existing: list[Notice] = []

    assert told(plan, existing, 1) == [NoticeKind.MAINTENANCE_PLANNED]
    assert told(reminded, existing, 100) == [NoticeKind.MAINTENANCE_REMINDER]
    assert told(moved, existing, 200) == [NoticeKind.MAINTENANCE_PLANNED]
    assert told(again, existing, 300) == [NoticeKind.MAINTENANCE_REMINDER]
    assert told(again, existing, 301) == []


def test_a_relapse_is_told_at_once_and_so_is_the_next_recovery() -> None:
    base, existing = incident(), list[Notice]()
    told(base, existing, 60)

    assert told(recovered(base, 200), existing, 201) == [NoticeKind.MONITORING]
    assert [each.reason for each in due(base, existing, 260)] == [Reason.RELAPSED]
    assert told(base, existing, 260) == [NoticeKind.UPDATE]
    assert told(recovered(base, 400), existing, 401) == [NoticeKind.MONITORING]
    assert told(recovered(base, 400), existing, 402) == []


def test_an_incident_that_comes_and_goes_says_no_more_until_it_is_steady() -> None:
    base, existing = incident(unstable=True), list[Notice]()
    told(base, existing, 60)

    assert told(recovered(base, 200), existing, 201) == []


def test_a_cause_that_a_person_named_is_told_as_certain() -> None:
    decided = Override(cause=Cause.SERVER_OVERLOAD, author="li", at=after(50), reason="seen")
    existing: list[Notice] = []

    kinds = told(incident(override=decided), existing, 60)

    assert kinds == [NoticeKind.DISRUPTION, NoticeKind.CAUSE_KNOWN]
    assert "server_overload" in str(existing[-1].facts)


def test_a_rule_waits_for_a_person_and_comes_again_when_its_facts_change() -> None:
    existing: list[Notice] = []

    assert told(declared(), existing, 1) == [NoticeKind.REGULATORY]
    assert existing[0].state is NoticeState.PENDING
    assert told(declared(), existing, 5000) == []
    existing[0] = existing[0].stepped(NoticeStep(state=NoticeState.PUBLISHED, at=after(9), by="li"))
    assert told(declared(), existing, 5000) == []
    changed = replace(declared(), regulatory=replace(RULE, scope={"en": "all users"}))
    assert told(changed, existing, 5001) == [NoticeKind.REGULATORY]
    assert existing[-1].state is NoticeState.PENDING


def test_a_rule_that_nobody_approved_leaves_the_effect_where_users_feel_it() -> None:
    felt, unfelt = declared(), declared(impact=(impact("cash-loans", Status.OPERATIONAL),))
    existing: list[Notice] = []
    told(felt, existing, 1)
    late = [expired(existing[0], 300)]

    (intent,) = due(felt, late, 300)

    assert (intent.kind, intent.reason) == (NoticeKind.DISRUPTION, Reason.UNAPPROVED)
    assert intent.effect_only
    assert not intent.needs_approval
    assert due(unfelt, late, 300) == ()


def test_a_cause_that_nobody_approved_becomes_an_update_without_it() -> None:
    attacked, existing = incident(diagnosis=diagnosis(Cause.NETWORK_ATTACK, 0.95)), list[Notice]()
    assert told(attacked, existing, 60) == [NoticeKind.DISRUPTION, NoticeKind.CAUSE_KNOWN]
    existing[-1] = expired(existing[-1], 1000)

    (intent,) = due(attacked, existing, 1000)

    assert (intent.kind, intent.effect_only) == (NoticeKind.UPDATE, True)
    assert told(attacked, existing, 1001) == [NoticeKind.UPDATE]
    assert told(attacked, existing, 1002) == []


def test_an_update_that_nobody_approves_is_held_and_the_promise_is_kept() -> None:
    base, existing = incident(), list[Notice]()
    told(base, existing, 60, APPROVED)

    assert told(base, existing, 60 + 899, APPROVED) == []
    assert told(base, existing, 60 + 900, APPROVED) == [NoticeKind.UPDATE]
    assert told(base, existing, 60 + 1799, APPROVED) == []
    assert told(base, existing, 60 + 1800, APPROVED) == [NoticeKind.HOLDING]
    states = [each.state for each in existing[-2:]]
    assert states == [NoticeState.PENDING, NoticeState.PUBLISHED]
    assert existing[-1].next_update_by == after(60 + 3600)
    assert told(base, existing, 60 + 3599, APPROVED) == []
    assert told(base, existing, 60 + 3600, APPROVED) == [NoticeKind.HOLDING]


def test_where_the_monitor_writes_no_updates_a_holding_line_keeps_the_promise() -> None:
    never = replace(POLICY, gates=(Gate(kinds=(NoticeKind.UPDATE,), action=GateAction.NEVER),))
    base, existing = incident(), list[Notice]()
    told(base, existing, 60, never)

    assert told(base, existing, 1859, never) == []
    assert told(base, existing, 1860, never) == [NoticeKind.HOLDING]


def test_an_update_that_cannot_be_made_is_held_after_a_minute() -> None:
    base, existing = incident(), list[Notice]()
    told(base, existing, 60)

    assert [each.kind for each in due(base, existing, 1860)] == [NoticeKind.UPDATE]
    late = due(base, existing, 1920)
    assert [each.kind for each in late] == [NoticeKind.UPDATE, NoticeKind.HOLDING]


def test_the_first_word_does_not_wait_for_a_long_minimum() -> None:
    patient = replace(POLICY, min_duration_seconds=3600.0)
    # It was confirmed two seconds after its start.
    assert due(incident(), [], 301, patient) == ()
    first = due(incident(), [], 302, patient)
    assert [each.kind for each in first] == [NoticeKind.DISRUPTION]


def test_the_account_is_told_after_the_end_and_again_when_it_is_rewritten() -> None:
    base, existing = incident(), list[Notice]()
    told(base, existing, 60)
    over = recovered(base, 200, resolved=True)
    told(over, existing, 600)
    account = Postmortem(
        public={"en": "What happened."}, internal="secret", author="li", at=after(9)
    )

    assert told(replace(base, postmortem=account), existing, 601) == []
    assert told(replace(over, postmortem=account), existing, 700) == [NoticeKind.SUMMARY]
    assert existing[-1].state is NoticeState.PENDING
    assert "secret" not in str(existing[-1].facts)
    assert told(replace(over, postmortem=account), existing, 800) == []
    rewritten = replace(account, public={"en": "What really happened."})
    assert told(replace(over, postmortem=rewritten), existing, 900) == [NoticeKind.SUMMARY]


def test_a_withdrawn_incident_may_have_an_account_and_nothing_else() -> None:
    base, existing = incident(), list[Notice]()
    told(base, existing, 60)
    account = Postmortem(public={"en": "It was removed."}, author="li", at=after(9))
    gone = incident(status=IncidentStatus.WITHDRAWN, postmortem=account)

    assert told(gone, existing, 601) == [NoticeKind.SUMMARY]
