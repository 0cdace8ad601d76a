"""What a fact record may hold: only what is known, and nothing internal."""

import json
from dataclasses import replace

import pytest

from monitor.model.cause import Cause
from monitor.model.codec import to_json
from monitor.model.maintenance import ExpectedPattern, PatternKind, WindowStatus
from monitor.model.notice import NoticeKind
from monitor.model.status import Status
from monitor.publish.notices.facts import Effect
from monitor.publish.notices.gather import Known
from monitor.publish.notices.plan import NoticeIntent, Reason
from tests.publish.notices.worlds import (
    ALL_WELL,
    GATHERER,
    SECRETS,
    after,
    diagnosis,
    impact,
    incident,
    notice_of,
    recovered,
    window,
)


def known(**statuses: Status) -> Known:
    renamed = {name.replace("_", "-"): status for name, status in statuses.items()}
    return Known(statuses={**ALL_WELL, **renamed})


def names(texts: object) -> list[str]:
    assert isinstance(texts, tuple)
    return [each["en"] for each in texts]


def test_only_services_seen_working_are_called_unaffected_or_an_alternative() -> None:
    failing = incident(impact=(impact("checkout"),))
    now = known(checkout=Status.MAJOR_OUTAGE, repayment=Status.UNKNOWN)

    record = GATHERER.of_incident(NoticeKind.DISRUPTION, failing, [], now, after(60))

    assert names(record.unaffected) == ["Credit Pay", "Cash Loans"]
    assert names(record.alternatives) == ["Credit Pay"]


def test_an_alternative_that_is_slow_is_not_recommended() -> None:
    failing = incident(impact=(impact("checkout"),))

    record = GATHERER.of_incident(
        NoticeKind.DISRUPTION, failing, [], known(credit_pay=Status.DEGRADED), after(60)
    )

    assert record.alternatives == ()


def test_with_no_data_nothing_is_said_to_work() -> None:
    record = GATHERER.of_incident(NoticeKind.DISRUPTION, incident(), [], Known(), after(60))

    assert record.unaffected == ()
    assert record.on_call_informed is False


@pytest.mark.parametrize(
    ("kind", "status", "effect"),
    [
        (NoticeKind.DISRUPTION, Status.OPERATIONAL, Effect.UNAVAILABLE),
        (NoticeKind.DISRUPTION, Status.PARTIAL_OUTAGE, Effect.FAILING),
        (NoticeKind.UPDATE, Status.DEGRADED, Effect.SLOW),
        (NoticeKind.UPDATE, Status.OPERATIONAL, Effect.RESTORED),
        (NoticeKind.UPDATE, Status.UNKNOWN, Effect.UNAVAILABLE),
        (NoticeKind.RECOVERY, Status.OPERATIONAL, Effect.RESTORED),
        (NoticeKind.RECOVERY, Status.DEGRADED, Effect.UNSETTLED),
        (NoticeKind.RECOVERY, Status.UNKNOWN, Effect.UNSETTLED),
    ],
)
def test_the_effect_is_what_users_notice_now(
    kind: NoticeKind, status: Status, effect: Effect
) -> None:
    failing = incident(impact=(impact("checkout"),))

    record = GATHERER.of_incident(kind, failing, [], known(checkout=status), after(60))

    assert [each.effect for each in record.affected] == [effect]


def test_a_service_that_lost_a_part_it_can_do_without_fails_at_times_and_is_not_slow() -> None:
    lost = replace(impact("checkout", Status.DEGRADED), failing=True)

    record = GATHERER.of_incident(
        NoticeKind.DISRUPTION,
        incident(impact=(lost,)),
        [],
        known(checkout=Status.DEGRADED),
        after(60),
    )

    assert [each.effect for each in record.affected] == [Effect.FAILING]


def test_a_cause_enters_other_notices_only_after_it_was_told() -> None:
    sure = incident(diagnosis=diagnosis(Cause.DATABASE_ANOMALY))
    intent = NoticeIntent(
        subject=sure.id, kind=NoticeKind.CAUSE_KNOWN, revision=1, reason=Reason.CAUSE_CONFIRMED
    )
    told = notice_of(intent, sure, [], after(61))
    ended = recovered(sure, 300, resolved=True)

    before = GATHERER.of_incident(NoticeKind.RECOVERY, ended, [], Known(), after(700))
    later = GATHERER.of_incident(NoticeKind.RECOVERY, ended, [told], Known(), after(700))

    assert before.incident is not None
    assert before.incident.cause is None
    assert later.incident is not None
    assert later.incident.cause is Cause.DATABASE_ANOMALY


def test_a_third_party_is_named_only_by_its_public_name() -> None:
    by_a = incident(diagnosis=diagnosis(Cause.THIRD_PARTY_INTERFACE, component="bank-a"))
    by_b = incident(diagnosis=diagnosis(Cause.THIRD_PARTY_INTERFACE, component="bank-b"))

    first = GATHERER.of_incident(NoticeKind.CAUSE_KNOWN, by_a, [], Known(), after(61)).incident
    second = GATHERER.of_incident(NoticeKind.CAUSE_KNOWN, by_b, [], Known(), after(61)).incident

    assert first is not None
    assert first.partner["en"] == "Bank A"
    assert second is not None
    assert second.partner == {}


@pytest.mark.parametrize(
    ("components", "expected"),
    [
        (("ledger-primary",), ("cash-loans", "repayment")),
        (("gateway",), ("checkout", "credit-pay")),
        (("bank-a",), ("repayment",)),
        (("bank-b",), ()),
    ],
)
def test_a_window_touches_the_services_that_have_no_spare(
    components: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    inner = window(services=(), components=components)

    assert GATHERER.window_services(inner) == expected


def test_a_completed_window_calls_restored_only_what_works() -> None:
    done = window(
        services=("checkout", "repayment"), status=WindowStatus.COMPLETED, actual_end=after(10800)
    )

    record = GATHERER.of_window(
        NoticeKind.MAINTENANCE_COMPLETED, done, [], known(repayment=Status.UNKNOWN), after(10801)
    )

    assert [each.effect for each in record.affected] == [Effect.RESTORED, Effect.UNSETTLED]


def test_nobody_knows_at_planning_time_what_will_work_then() -> None:
    record = GATHERER.of_window(NoticeKind.MAINTENANCE_PLANNED, window(), [], known(), after(1))

    assert record.alternatives == ()
    assert names(record.unaffected) == ["Credit Pay", "Cash Loans", "Repayment"]


def test_a_record_holds_nothing_internal() -> None:
    failing = incident(
        diagnosis=diagnosis(Cause.DATABASE_ANOMALY), acknowledged_by="10.9.8.7", follows="inc_x"
    )
    planned = window(
        services=(),
        components=("ledger-primary",),
        expected=ExpectedPattern(kind=PatternKind.BLIPS, count=2, max_seconds=60),
        created_by="db-internal",
    )
    records = (
        [GATHERER.of_incident(kind, failing, [], known(), after(60)) for kind in NoticeKind],
        [GATHERER.of_window(kind, planned, [], known(), after(60)) for kind in NoticeKind],
    )

    text = json.dumps(to_json(records[0] + records[1]), ensure_ascii=False)

    assert not [secret for secret in SECRETS if secret in text]


def test_what_people_did_is_told_only_when_it_is_known() -> None:
    seen = replace(incident(), acknowledged_at=after(30))

    silent = GATHERER.of_incident(NoticeKind.DISRUPTION, incident(), [], Known(), after(60))
    told = GATHERER.of_incident(
        NoticeKind.DISRUPTION, seen, [], Known(on_call_informed=True), after(60)
    )

    assert (silent.on_call_informed, silent.acknowledged) == (False, False)
    assert (told.on_call_informed, told.acknowledged) == (True, True)
