"""Which notices are due, and why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from monitor.model.cause import Cause
from monitor.model.incident import Incident, IncidentStatus, Severity
from monitor.model.maintenance import Window, WindowStatus
from monitor.model.notice import Notice, NoticeKind, NoticeState
from monitor.publish.notices.plan import NoticeIntent, Reason, due_notices
from monitor.publish.notices.policy import CAUSE_POLICY, CausePolicy
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

Told = tuple[NoticeKind, int, Reason]


def due(
    subject: Incident | Window, existing: Sequence[Notice], now: datetime
) -> tuple[NoticeIntent, ...]:
    services = GATHERER.services_of(subject)
    return due_notices(subject, existing, POLICY, now, services=services)


def follow(steps: Sequence[tuple[Incident | Window, float]]) -> tuple[list[Told], list[Notice]]:
    """Publish all that is due at each step, as the publisher does; return it in order."""
    told: list[Told] = []
    existing: list[Notice] = []
    for subject, seconds in steps:
        while intents := due(subject, existing, after(seconds)):
            first = intents[0]
            existing.append(notice_of(first, subject, existing, after(seconds)))
            told.append((first.kind, first.revision, first.reason))
    return told, existing


@pytest.mark.parametrize(
    ("changes", "seconds", "expected"),
    [
        ({}, 59.9, False),
        ({}, 60, True),
        ({"severity": Severity.CRITICAL}, 2, True),
        ({"impact": ()}, 600, False),
        ({"window": "win_x"}, 600, False),
        ({"status": IncidentStatus.WITHDRAWN}, 600, False),
        ({"status": IncidentStatus.RESOLVED, "recovered_at": after(90)}, 600, False),
        ({"status": IncidentStatus.MONITORING, "recovered_at": after(59)}, 600, False),
        ({"status": IncidentStatus.MONITORING, "recovered_at": after(61)}, 600, True),
    ],
    ids=[
        "too short",
        "long enough",
        "critical at once",
        "no user notices",
        "told by its window",
        "withdrawn",
        "over before it was told",
        "recovered before the minimum",
        "recovered after the minimum",
    ],
)
def test_a_disruption_is_told_once_it_lasted_and_users_notice(
    changes: dict[str, object], seconds: float, expected: bool
) -> None:
    intents = due(incident(**changes), [], after(seconds))

    assert bool(intents) is expected
    assert all(each.kind is NoticeKind.DISRUPTION for each in intents)
    assert all(each.reason is Reason.LASTED for each in intents)


def test_the_effect_is_told_before_the_cause_however_sure_it_is() -> None:
    sure = incident(diagnosis=diagnosis(Cause.DATABASE_ANOMALY, 1.0))

    told, _ = follow([(sure, 60), (sure, 61)])

    assert told == [
        (NoticeKind.DISRUPTION, 1, Reason.LASTED),
        (NoticeKind.CAUSE_KNOWN, 1, Reason.CAUSE_CONFIRMED),
    ]


@pytest.mark.parametrize("cause", list(Cause))
def test_a_cause_is_told_by_itself_only_where_its_policy_allows(cause: Cause) -> None:
    _, existing = follow([(incident(diagnosis=diagnosis(cause, 1.0)), 60)])

    drafts = [each for each in existing if each.kind is NoticeKind.CAUSE_KNOWN]
    states = {
        CausePolicy.AUTO: [NoticeState.PUBLISHED],
        CausePolicy.PERSON: [NoticeState.PENDING],
        CausePolicy.NEVER: [],
    }
    assert [each.state for each in drafts] == states[CAUSE_POLICY[cause]]


def test_a_guess_below_the_configured_confidence_is_not_told() -> None:
    unsure = incident(diagnosis=diagnosis(Cause.DATABASE_ANOMALY, 0.79))

    told, _ = follow([(unsure, 60)])

    assert [kind for kind, _, _ in told] == [NoticeKind.DISRUPTION]


def test_another_cause_is_a_new_revision_and_the_same_one_is_not() -> None:
    first = incident(diagnosis=diagnosis(Cause.SERVER_OVERLOAD, 0.85))
    surer = incident(diagnosis=diagnosis(Cause.SERVER_OVERLOAD, 0.95))
    other = incident(diagnosis=diagnosis(Cause.DATABASE_ANOMALY, 0.95))
    unsure = incident(diagnosis=diagnosis(Cause.NETWORK_FAULT, 0.3))

    told, _ = follow([(first, 60), (surer, 70), (other, 80), (unsure, 90)])

    assert told[1:] == [
        (NoticeKind.CAUSE_KNOWN, 1, Reason.CAUSE_CONFIRMED),
        (NoticeKind.CAUSE_KNOWN, 2, Reason.CAUSE_CHANGED),
    ]


def test_updates_keep_the_promised_rhythm_until_the_incident_ends() -> None:
    base = incident()
    watched = recovered(base, 4000)
    done = recovered(base, 4000, resolved=True)

    told, notices = follow(
        [(base, 60), (base, 1859), (base, 1860), (watched, 4500), (watched, 6300), (done, 9999)]
    )

    assert told == [
        (NoticeKind.DISRUPTION, 1, Reason.LASTED),
        (NoticeKind.UPDATE, 1, Reason.PROMISED),
        (NoticeKind.MONITORING, 1, Reason.RECOVERING),
        (NoticeKind.UPDATE, 2, Reason.PROMISED),
        (NoticeKind.RECOVERY, 1, Reason.RESOLVED),
    ]
    assert notices[0].next_update_by == after(1860)
    assert notices[-1].next_update_by is None


def test_a_service_that_fails_later_is_told_without_waiting_for_the_rhythm() -> None:
    wider = incident(impact=(*incident().impact, impact("checkout")))

    told, notices = follow([(incident(), 60), (wider, 119), (wider, 120), (wider, 121)])

    assert told[1:] == [(NoticeKind.UPDATE, 1, Reason.IMPACT_GREW)]
    assert "checkout" in notices[-1].services


def test_recovery_is_told_only_after_the_watch_and_only_once() -> None:
    base = incident()

    over = recovered(base, 200, resolved=True)
    told, _ = follow([(base, 60), (recovered(base, 200), 201), (over, 500), (over, 501)])

    assert [kind for kind, _, _ in told] == [
        NoticeKind.DISRUPTION,
        NoticeKind.MONITORING,
        NoticeKind.RECOVERY,
    ]


@pytest.mark.parametrize("state", [NoticeState.RETRACTED, NoticeState.PENDING])
def test_nothing_follows_a_disruption_that_users_do_not_see(state: NoticeState) -> None:
    base = incident(diagnosis=diagnosis(Cause.DATABASE_ANOMALY, 1.0))
    _, existing = follow([(incident(), 60)])
    hidden = [replace(each, state=state) for each in existing]

    assert due(base, hidden, after(5000)) == ()
    assert due(recovered(base, 200, resolved=True), hidden, after(5000)) == ()


def test_a_withdrawn_incident_has_no_recovery_notice() -> None:
    _, existing = follow([(incident(), 60)])

    assert due(incident(status=IncidentStatus.WITHDRAWN), existing, after(900)) == ()


def test_a_cause_that_a_person_took_back_is_not_told_again() -> None:
    sure = incident(diagnosis=diagnosis(Cause.DATABASE_ANOMALY, 1.0))
    _, existing = follow([(sure, 60)])
    hidden = [existing[0], replace(existing[1], state=NoticeState.RETRACTED)]

    assert due(sure, hidden, after(70)) == ()


def active(**changes: object) -> Window:
    return window(status=WindowStatus.IN_PROGRESS, actual_start=after(3600), **changes)


def test_a_window_is_told_from_plan_to_completion() -> None:
    done = active(actual_end=after(10800))

    told, _ = follow(
        [
            (window(), 1),
            (window(), 3599),
            (active(), 3600),
            (active(), 10799),
            (replace(done, status=WindowStatus.COMPLETED), 10801),
        ]
    )

    assert told == [
        (NoticeKind.MAINTENANCE_PLANNED, 1, Reason.SCHEDULED),
        (NoticeKind.MAINTENANCE_STARTED, 1, Reason.STARTED),
        (NoticeKind.MAINTENANCE_COMPLETED, 1, Reason.COMPLETED),
    ]


def test_a_window_that_began_before_its_plan_was_told_is_told_in_order() -> None:
    told, _ = follow([(active(), 3601)])

    assert [kind for kind, _, _ in told] == [
        NoticeKind.MAINTENANCE_PLANNED,
        NoticeKind.MAINTENANCE_STARTED,
    ]


def test_a_window_moved_before_it_begins_is_planned_anew() -> None:
    moved = window(start=after(7200), end=after(14400))

    told, _ = follow([(window(), 1), (moved, 10), (moved, 11)])

    assert told[1:] == [(NoticeKind.MAINTENANCE_PLANNED, 2, Reason.RESCHEDULED)]


def test_each_new_end_is_an_extension_and_each_overrun_is_told_and_kept_up() -> None:
    longer = active(end=after(14400))
    late = replace(longer, status=WindowStatus.OVERRUNNING, overrun_since=after(14400))
    again = active(end=after(20000))
    late_again = replace(again, status=WindowStatus.OVERRUNNING, overrun_since=after(20000))

    told, _ = follow(
        [
            (active(), 3600),
            (longer, 10000),
            (late, 14700),
            (late, 16499),
            (late, 16500),
            (again, 16600),
            (late_again, 20300),
        ]
    )

    assert told[2:] == [
        (NoticeKind.MAINTENANCE_EXTENDED, 1, Reason.END_MOVED),
        (NoticeKind.MAINTENANCE_OVERRUNNING, 1, Reason.OVERRAN),
        (NoticeKind.MAINTENANCE_OVERRUNNING, 2, Reason.PROMISED),
        (NoticeKind.MAINTENANCE_EXTENDED, 2, Reason.END_MOVED),
        (NoticeKind.MAINTENANCE_OVERRUNNING, 3, Reason.OVERRAN),
    ]


@pytest.mark.parametrize("status", [WindowStatus.CANCELLED, WindowStatus.COMPLETED])
def test_the_end_of_a_window_nobody_was_told_of_is_not_told(status: WindowStatus) -> None:
    assert due(window(status=status), [], after(20)) == ()


def test_a_cancelled_window_that_was_planned_is_told_once() -> None:
    cancelled = window(status=WindowStatus.CANCELLED)

    told, _ = follow([(window(), 1), (cancelled, 20), (cancelled, 21)])

    assert told[1:] == [(NoticeKind.MAINTENANCE_CANCELLED, 1, Reason.CANCELLED)]


def test_a_window_that_touches_no_service_is_not_told() -> None:
    inner = window(services=(), components=("bank-b",))

    assert due(inner, [], after(1)) == ()


def test_a_draft_is_told_once_it_is_approved_and_never_when_it_lapses() -> None:
    draft = window(status=WindowStatus.DRAFT, needs_approval=True)
    lapsed = replace(draft, status=WindowStatus.CANCELLED)
    approved = replace(draft, status=WindowStatus.SCHEDULED, approved_at=after(9))

    assert due(draft, [], after(1)) == due(lapsed, [], after(1)) == ()
    assert [each.kind for each in due(approved, [], after(10))] == [NoticeKind.MAINTENANCE_PLANNED]


def test_a_window_is_told_no_earlier_than_its_lead() -> None:
    early = window(lead_seconds=600.0)

    assert due(early, [], after(1)) == ()
    assert due(replace(early, announced_at=after(2)), [], after(3)) != ()
