"""What people do to an incident: nothing is lost, and nothing is overwritten in silence."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.incidents import work
from monitor.incidents.identity import relate
from monitor.incidents.transitions import diagnose_again
from monitor.model.cause import Cause
from monitor.model.incident import IncidentStatus, Origin, Override, Severity
from monitor.model.incident_wish import IncidentWish
from monitor.model.incident_work import Note, Postmortem, Report
from monitor.model.status import Status
from tests.incidents.builders import GRAPH, at, failure, incident, verdict

WISH = IncidentWish(cause=Cause.REGULATORY, services=("quote",), by="li")


def _decision(**changed: Any) -> Override:
    return replace(Override(author="li", at=at(60), reason="I know"), **changed)


def test_a_declared_incident_names_its_services_and_who_declared_it() -> None:
    opened = work.open_by_hand(replace(WISH, at=at(0)), at(30))

    assert (opened.origin, opened.status) == (Origin.PERSON, IncidentStatus.OPEN)
    assert (opened.services, opened.components) == (("quote",), ())
    assert (opened.started_at, opened.confirmed_at) == (at(0), at(30))
    assert opened.effective_cause is Cause.REGULATORY
    assert [each.author for each in opened.classified] == ["li"]


@pytest.mark.parametrize(
    ("severity", "impact", "shown"),
    [
        (Severity.MINOR, None, Status.OPERATIONAL),
        (Severity.MAJOR, None, Status.PARTIAL_OUTAGE),
        (Severity.CRITICAL, None, Status.MAJOR_OUTAGE),
        (Severity.MAJOR, Status.DEGRADED, Status.DEGRADED),
    ],
)
def test_what_is_shown_follows_from_the_severity_unless_said(
    severity: Severity, impact: Status | None, shown: Status
) -> None:
    opened = work.open_by_hand(replace(WISH, severity=severity, impact=impact), at(0))

    assert [each.worst for each in opened.impact] == [shown]
    assert opened.impact[0].failing is (shown in (Status.PARTIAL_OUTAGE, Status.MAJOR_OUTAGE))


def test_nothing_that_probes_see_belongs_to_a_declared_incident() -> None:
    opened = work.open_by_hand(replace(WISH, components=("ledger",)), at(0))

    assert opened.components == ("ledger",)
    assert [relate(failure(each), opened, GRAPH) for each in ("ledger", "gateway")] == [None, None]


def test_a_declared_incident_is_over_when_a_person_says_so() -> None:
    opened = work.open_by_hand(replace(WISH, components=("ledger",)), at(0))
    over = work.resolve_by_hand(opened, at(90))

    assert over.status is IncidentStatus.RESOLVED
    assert (over.recovered_at, over.resolved_at, over.downtime_seconds) == (at(90), at(90), 90)
    assert over.impact[0].until == at(90)
    assert over.members[0].recovered_at == at(90)


def test_what_is_declared_again_with_the_same_beginning_is_another_incident() -> None:
    wish = replace(WISH, at=at(0))
    first, second = (work.open_by_hand(wish, at(each)) for each in (30, 90))

    assert first.started_at == second.started_at
    assert first.id != second.id


def test_a_later_verdict_never_overwrites_a_persons() -> None:
    decided = work.decide(incident(), _decision(cause=Cause.NETWORK_ATTACK))
    judged = diagnose_again(decided, verdict(Cause.SERVER_OVERLOAD, 1.0))

    assert judged.effective_cause is Cause.NETWORK_ATTACK
    assert judged.diagnosis.cause is Cause.SERVER_OVERLOAD


def test_a_second_decision_adds_to_the_first_and_both_are_kept() -> None:
    first = _decision(cause=Cause.NETWORK_ATTACK, subcause="flood")
    second = _decision(severity=Severity.CRITICAL, author="wang", at=at(120))
    decided = work.decide(work.decide(incident(), first), second)

    assert decided.overrides == (first, second)
    assert decided.effective_cause is Cause.NETWORK_ATTACK
    assert decided.effective_diagnosis.subcause == "flood"
    assert decided.effective_severity is Severity.CRITICAL


def test_a_new_cause_does_not_keep_the_finer_label_of_the_old_one() -> None:
    first = work.decide(incident(), _decision(cause=Cause.NETWORK_ATTACK, subcause="flood"))
    second = work.decide(first, _decision(cause=Cause.NETWORK_FAULT))

    assert second.effective_diagnosis.subcause == ""


def test_a_decision_that_names_nothing_gives_the_verdict_back() -> None:
    decided = work.decide(incident(), _decision(cause=Cause.NETWORK_ATTACK))
    back = work.decide(decided, _decision(reason="wrong"))

    assert back.override is None
    assert back.effective_cause is Cause.DATABASE_ANOMALY
    assert [each.reason for each in back.overrides] == ["I know", "wrong"]


def test_a_severity_is_noted_when_first_reached_and_when_a_person_confirms_it() -> None:
    seen = work.classify(work.classify(incident(), at(12)), at(13))
    confirmed = work.decide(seen, _decision(severity=Severity.MINOR))
    again = work.decide(confirmed, _decision(severity=Severity.MINOR, at=at(99)))

    assert [(each.at, each.author) for each in again.classified] == [(at(12), ""), (at(60), "li")]


def test_only_the_first_acknowledgement_counts() -> None:
    taken = work.acknowledge(work.acknowledge(incident(), "li", at(20)), "wang", at(30))

    assert (taken.acknowledged_by, taken.acknowledged_at) == ("li", at(20))


def test_notes_stand_in_order() -> None:
    noted = incident()
    for second in range(3):
        note = Note(text=str(second), author="li", at=at(second))
        noted = work.add_note(noted, note)

    assert [each.text for each in noted.notes] == ["0", "1", "2"]


def test_an_account_is_written_in_parts() -> None:
    inner = Postmortem(internal="a cable", author="li", at=at(0))
    outer = Postmortem(public={"en": "Sorry."}, author="wang", at=at(0) + timedelta(days=1))
    written = work.account(work.account(incident(), inner), outer).postmortem

    assert written is not None
    assert (written.public, written.internal) == ({"en": "Sorry."}, "a cable")
    assert written.author == "wang"


def test_the_first_report_of_a_rule_counts() -> None:
    made = Report(rule="brief", author="li", at=at(5))
    reported = work.report(work.report(incident(), made), replace(made, author="wang"))

    assert reported.reports == (made,)
