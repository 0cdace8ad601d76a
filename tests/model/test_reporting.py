"""Which deadlines run for an incident, since when, and how they stand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.model.cause import Diagnosis
from monitor.model.incident import (
    Classification,
    Incident,
    IncidentStatus,
    Override,
    Severity,
)
from monitor.model.incident_work import Report
from monitor.model.reporting import (
    ReportClock,
    ReportDeadline,
    ReportState,
    is_awaited,
    reports_due,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
INCIDENT = Incident(
    id="inc_1",
    status=IncidentStatus.OPEN,
    severity=Severity.MAJOR,
    root="ledger",
    members=(),
    impact=(),
    diagnosis=Diagnosis.unknown("ledger"),
    started_at=NOW - timedelta(minutes=1),
    confirmed_at=NOW,
    updated_at=NOW,
    classified=(
        Classification(severity=Severity.MINOR, at=NOW),
        Classification(severity=Severity.MAJOR, at=NOW + timedelta(minutes=5)),
    ),
)


def _rule(**changed: Any) -> ReportDeadline:
    return replace(ReportDeadline(rule="brief", after_seconds=1800), **changed)


def _minutes(deadline: ReportDeadline, incident: Incident = INCIDENT) -> float | None:
    """Return after how many minutes from the confirmation the report is due."""
    due = reports_due(incident, [deadline])
    return (due[0].due_at - NOW).total_seconds() / 60 if due else None


@pytest.mark.parametrize(
    ("rule", "minutes"),
    [
        ({}, 30),
        ({"severity": Severity.MAJOR}, 30),
        ({"severity": Severity.CRITICAL}, None),
        ({"level": "II"}, None),
        ({"clock": ReportClock.CLASSIFICATION, "severity": Severity.MAJOR}, 35),
        ({"clock": ReportClock.CLASSIFICATION, "severity": Severity.MINOR}, 30),
        ({"clock": ReportClock.CLASSIFICATION}, None),
    ],
    ids=lambda each: ",".join(map(str, each.values())) if isinstance(each, dict) else str(each),
)
def test_a_clock_starts_with_detection_or_classification(
    rule: dict[str, Any], minutes: float | None
) -> None:
    assert _minutes(_rule(**rule)) == minutes


def _classified(level: str, severity: Severity = Severity.MAJOR) -> Incident:
    at = NOW + timedelta(minutes=20)
    decision = Override(level=level, severity=severity, author="li", at=at, reason="counted")
    judged = Classification(severity=severity, level=level, at=at, author="li")
    return replace(INCIDENT, override=decision, classified=(*INCIDENT.classified, judged))


def test_a_persons_judgement_starts_the_clock_of_classification() -> None:
    clock = ReportClock.CLASSIFICATION

    assert _minutes(_rule(clock=clock), _classified("II")) == 50
    assert _minutes(_rule(clock=clock, level="II"), _classified("II")) == 50
    assert _minutes(_rule(clock=clock, level="I"), _classified("II")) is None


def test_a_deadline_ends_where_a_person_finds_it_less_bad() -> None:
    assert _minutes(_rule(severity=Severity.MAJOR), _classified("", Severity.MINOR)) is None


def test_the_end_of_the_incident_does_not_stop_the_clock_but_a_withdrawal_does() -> None:
    over = replace(INCIDENT, status=IncidentStatus.RESOLVED)

    assert is_awaited(over, [_rule()])
    assert not is_awaited(replace(over, status=IncidentStatus.WITHDRAWN), [_rule()])


def test_a_deadline_waits_comes_near_passes_and_is_met() -> None:
    (due,) = reports_due(INCIDENT, [_rule(remind_seconds=600)])
    states = [due.state(NOW + timedelta(minutes=each)) for each in (0, 19, 20, 29, 30, 99)]

    assert states == ["waiting", "waiting", "soon", "soon", "overdue", "overdue"]
    made = replace(INCIDENT, reports=(Report(rule="brief", author="li", at=NOW),))
    (met,) = reports_due(made, [_rule()])
    assert met.state(NOW + timedelta(days=1)) is ReportState.REPORTED
    assert not is_awaited(made, [_rule()])


def test_people_are_never_reminded_before_the_clock_starts() -> None:
    (due,) = reports_due(INCIDENT, [_rule(remind_seconds=9000)])

    assert due.remind_at == NOW


def test_what_is_due_first_comes_first() -> None:
    rules = [_rule(), _rule(rule="written", after_seconds=60)]

    assert [each.deadline.rule for each in reports_due(INCIDENT, rules)] == ["written", "brief"]
