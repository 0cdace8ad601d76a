"""Gates: the first that fits decides, and no gate lets out what is for a person."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from monitor.model.cause import Cause
from monitor.model.gates import Gate, GateAction, QuietHours
from monitor.model.incident import Severity
from monitor.model.notice import NoticeKind
from monitor.publish.notices.gates import decide
from monitor.publish.notices.occasion import Reason
from monitor.publish.notices.plan import due_notices
from tests.publish.notices.worlds import POLICY, after, diagnosis, incident, notice_of, window

AUTO, APPROVE, NEVER, WAIT = GateAction
NIGHT = QuietHours(start=time(23), end=time(7))


def action(
    *gates: Gate,
    kind: NoticeKind = NoticeKind.DISRUPTION,
    cause: Cause = Cause.UNKNOWN,
    seconds: float = 60,
    severity: Severity = Severity.MAJOR,
    told: int = 0,
) -> GateAction:
    subject = incident(diagnosis=diagnosis(cause), severity=severity)
    (first,) = due_notices(incident(), [], POLICY, after(60), services=incident().services)
    notices = [notice_of(first, subject, [], after(seconds - 1 - at)) for at in range(told)]
    policy = replace(POLICY, gates=gates)
    return decide(kind, subject, notices, policy, after(seconds)).action


def test_without_gates_all_but_what_is_for_a_person_leaves() -> None:
    personal = {NoticeKind.REGULATORY, NoticeKind.SUMMARY}

    for kind in NoticeKind:
        expected = APPROVE if kind in personal else AUTO
        assert action(kind=kind, cause=Cause.DATABASE_ANOMALY) is expected


@pytest.mark.parametrize("cause", [Cause.NETWORK_ATTACK, Cause.REGULATORY])
def test_no_gate_lets_a_cause_out_that_is_for_a_person(cause: Cause) -> None:
    everything = Gate(action=AUTO)

    assert action(everything, kind=NoticeKind.CAUSE_KNOWN, cause=cause) is APPROVE
    assert action(everything, kind=NoticeKind.REGULATORY, cause=cause) is APPROVE
    assert action(everything, kind=NoticeKind.DISRUPTION, cause=cause) is AUTO


def test_the_first_gate_that_fits_decides() -> None:
    of_kind = Gate(kinds=(NoticeKind.UPDATE,), action=NEVER)
    of_cause = Gate(causes=(Cause.DATABASE_ANOMALY,), action=APPROVE)

    assert action(of_kind, of_cause) is AUTO
    assert action(of_kind, of_cause, kind=NoticeKind.UPDATE) is NEVER
    assert action(of_kind, of_cause, cause=Cause.DATABASE_ANOMALY) is APPROVE
    assert (
        action(of_cause, of_kind, kind=NoticeKind.UPDATE, cause=Cause.DATABASE_ANOMALY) is APPROVE
    )


@pytest.mark.parametrize(
    ("gate", "unmet", "met"),
    [
        (Gate(confidence=0.95), {}, None),
        (Gate(confidence=0.9), None, {"cause": Cause.DATABASE_ANOMALY}),
        (Gate(confirmed_for_seconds=120), {"seconds": 121.9}, {"seconds": 122}),
        (Gate(min_duration_seconds=90), {"seconds": 89.9}, {"seconds": 90}),
        (Gate(severity=Severity.CRITICAL), {}, {"severity": Severity.CRITICAL}),
        (Gate(severity=Severity.MAJOR), {"severity": Severity.MINOR}, {}),
        (Gate(most=2, per_seconds=600), {"told": 2}, {"told": 1}),
    ],
    ids=["sure", "sure enough", "confirmed for", "lasted", "critical", "major", "rate"],
)
def test_a_condition_keeps_a_notice_until_it_is_met(
    gate: Gate, unmet: dict[str, object] | None, met: dict[str, object] | None
) -> None:
    if unmet is not None:
        assert action(gate, **unmet) is WAIT  # type: ignore[arg-type]  # real names
        assert action(replace(gate, otherwise=APPROVE), **unmet) is APPROVE  # type: ignore[arg-type]
    if met is not None:
        assert action(gate, **met) is AUTO  # type: ignore[arg-type]  # real names


@pytest.mark.parametrize(
    ("utc", "quiet"),
    [((14, 59), False), ((15, 0), True), ((20, 0), True), ((22, 59), True), ((23, 0), False)],
)
def test_quiet_hours_are_those_of_the_platforms_zone_and_span_midnight(
    utc: tuple[int, int], *, quiet: bool
) -> None:
    now = datetime(2026, 1, 10, *utc, tzinfo=UTC)
    policy = replace(POLICY, gates=(Gate(quiet_hours=NIGHT),))

    decision = decide(NoticeKind.MAINTENANCE_PLANNED, window(), [], policy, now)

    assert decision.action is (WAIT if quiet else AUTO)
    assert decision.rule == "gates[0]"


def test_quiet_hours_within_one_day_do_not_wrap() -> None:
    noon = QuietHours(start=time(12), end=time(13), time_zone="UTC")

    assert noon.cover(datetime(2026, 1, 10, 12, 30, tzinfo=UTC))
    assert not noon.cover(datetime(2026, 1, 10, 13, 0, tzinfo=UTC))
    assert not noon.cover(datetime(2026, 1, 10, 1, 0, tzinfo=UTC))


def test_a_disruption_behind_a_gate_is_drafted_for_a_person() -> None:
    policy = replace(POLICY, gates=(Gate(kinds=(NoticeKind.DISRUPTION,), action=APPROVE),))

    (intent,) = due_notices(incident(), [], policy, after(60), services=incident().services)

    assert intent.needs_approval
    assert (intent.rule, intent.reason) == ("gates[0]", Reason.LASTED)
