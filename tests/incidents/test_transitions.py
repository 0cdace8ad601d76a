"""The life of an incident: recoveries follow failures, times go forward, words do not flap."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.incidents.identity import Relation
from monitor.incidents.transitions import (
    CAUSE_MARGIN,
    Change,
    change_between,
    diagnose_again,
    diagnose_new_root,
    is_watch_over,
    join,
    note_impact,
    note_recoveries,
    open_incident,
    open_overrun,
    resolve,
    start_watch,
    withdraw,
)
from monitor.model.cause import Cause, Diagnosis
from monitor.model.configuration import WatchPolicy
from monitor.model.incident import Incident, IncidentStatus, Origin, Severity
from monitor.model.status import Status
from tests.incidents.builders import GRAPH, at, failure, incident, verdict

OPEN, MONITORING = IncidentStatus.OPEN, IncidentStatus.MONITORING
RESOLVED, WITHDRAWN = IncidentStatus.RESOLVED, IncidentStatus.WITHDRAWN


def test_an_incident_begins_with_the_first_failure_not_its_confirmation() -> None:
    opened = open_incident(failure(began=10), verdict(), follows="inc_0")
    assert (opened.started_at, opened.confirmed_at) == (at(10), at(12))
    assert (opened.status, opened.severity, opened.origin) == (OPEN, Severity.MINOR, Origin.PROBES)
    assert (opened.components, opened.services, opened.follows) == (("ledger",), (), "inc_0")


def test_the_same_failure_has_the_same_id() -> None:
    assert open_incident(failure(), verdict()).id == open_incident(failure(), verdict()).id


def test_an_overrun_begins_at_the_planned_end() -> None:
    late = failure("gateway", began=300, window="win_1")
    opened = open_overrun(late, verdict(Cause.MAINTENANCE, 0.97, "overrun"), at(200))
    assert (opened.started_at, opened.window, opened.origin) == (at(200), "win_1", Origin.OVERRUN)
    other = open_overrun(failure("mailer", window="win_1"), opened.diagnosis, at(200))
    assert other.id == opened.id


def test_impact_joins_and_the_root_stays() -> None:
    joined = join(incident("ledger"), failure("gateway"), Relation.IMPACT)
    assert joined.components == ("ledger", "gateway")
    again = join(joined, failure("gateway", began=30), Relation.CONSEQUENCE)
    assert again.components == ("ledger", "gateway")
    assert again.members[-1].onset.first_failure_at == at(30)


def test_a_deeper_root_takes_over_under_the_same_id() -> None:
    opened = incident("gateway")
    joined = join(opened, failure("ledger", began=9), Relation.NEW_ROOT)
    assert (joined.id, joined.root, joined.started_at) == (opened.id, "ledger", at(9))
    later = join(opened, failure("ledger", began=11), Relation.NEW_ROOT)
    assert later.started_at == at(10)


def test_a_relapse_is_the_same_incident_open_again() -> None:
    both = join(incident("ledger"), failure("gateway"), Relation.IMPACT)
    recovered = note_recoveries(both, {"ledger": at(30), "gateway": at(31)})
    watched = start_watch(recovered, at(30), at(36))
    again = join(watched, failure("ledger", began=50), Relation.RELAPSE)
    assert (again.id, again.status, again.relapses) == (both.id, OPEN, 1)
    assert (again.recovered_at, again.monitoring_at) == (None, None)
    assert [each.recovered_at for each in again.members] == [None, None]
    assert again.started_at == both.started_at


def test_a_first_success_is_noted_once() -> None:
    both = join(incident("ledger"), failure("gateway"), Relation.IMPACT)
    noted = note_recoveries(note_recoveries(both, {"ledger": at(30)}), {"ledger": at(40)})
    assert [each.recovered_at for each in noted.members] == [at(30), None]


def test_a_member_that_fails_again_has_not_recovered_while_the_incident_is_open() -> None:
    both = note_recoveries(
        join(incident("ledger"), failure("gateway"), Relation.IMPACT), {"gateway": at(30)}
    )
    again = note_recoveries(both, {}, ["gateway"])
    assert [each.recovered_at for each in again.members] == [None, None]
    watched = note_recoveries(start_watch(both, at(40), at(46)), {}, ["gateway"])
    assert watched.members[1].recovered_at == at(30)


def test_the_watch_counts_from_the_recovery() -> None:
    policy = WatchPolicy(seconds=60, critical_seconds=600)
    assert not is_watch_over(incident(), policy, at(10_000))
    watched = start_watch(incident(), at(30), at(36))
    assert (watched.status, watched.downtime_seconds) == (MONITORING, 20)
    assert not is_watch_over(watched, policy, at(89))
    assert is_watch_over(watched, policy, at(90))
    critical = replace(watched, severity=Severity.CRITICAL)
    assert not is_watch_over(critical, policy, at(629))
    assert is_watch_over(critical, policy, at(630))


def test_resolved_and_withdrawn_incidents_know_their_end() -> None:
    ended = resolve(start_watch(incident(), at(30), at(36)), at(99))
    assert (ended.status, ended.resolved_at, ended.downtime_seconds) == (RESOLVED, at(99), 20)
    gone = withdraw(incident(), at(50))
    assert (gone.status, gone.resolved_at, gone.recovered_at) == (WITHDRAWN, at(50), None)


DATABASE, OVERLOAD = Cause.DATABASE_ANOMALY, Cause.SERVER_OVERLOAD


@pytest.mark.parametrize(
    ("present", "new", "taken"),
    [
        (Diagnosis.unknown("ledger"), verdict(confidence=0.55), True),
        (Diagnosis.unknown("ledger"), Diagnosis.unknown("gateway"), True),
        (verdict(), Diagnosis.unknown("ledger"), False),
        (verdict(confidence=0.8), verdict(confidence=0.9), True),
        (verdict(confidence=0.8), verdict(confidence=0.7), False),
        (verdict(confidence=0.8), verdict(OVERLOAD, 0.85), False),
        (verdict(confidence=0.8), verdict(OVERLOAD, 0.95), True),
        (verdict(confidence=0.8), verdict(subcause="lock", confidence=0.75), False),
    ],
)
def test_a_named_cause_gives_way_only_to_a_clearly_better_one(
    present: Diagnosis, new: Diagnosis, taken: bool
) -> None:
    judged = diagnose_again(incident(diagnosis=present), new)
    assert judged.diagnosis == (new if taken else present)


@pytest.mark.parametrize(
    ("label", "confidence", "kept"),
    [("down", 0.85, "down"), ("down", 0.91, "lock"), ("", 0.81, "lock"), ("lock", 0.8, "lock")],
    ids=["hardly surer", "half the doubt", "none before", "the same"],
)
def test_fresher_evidence_of_the_cause_counts_under_either_label(
    label: str, confidence: float, kept: str
) -> None:
    present = verdict(subcause=label, confidence=0.8)
    new = replace(verdict(subcause="lock", confidence=confidence), component="replica")

    judged = diagnose_again(incident(diagnosis=present), new).diagnosis

    assert (judged.confidence, judged.component) == (confidence, "replica")
    assert judged.subcause == kept


def test_a_deeper_root_brings_its_own_verdict_unless_it_has_none() -> None:
    shallow = incident("gateway", diagnosis=verdict(OVERLOAD, 0.9))
    deeper = diagnose_new_root(shallow, verdict(confidence=0.6))
    assert deeper.diagnosis.cause is DATABASE
    assert diagnose_new_root(shallow, Diagnosis.unknown("ledger")) is shallow


CONFIDENCES = st.integers(0, 20).map(lambda each: each / 20)
VERDICTS = st.builds(
    verdict,
    cause=st.sampled_from((DATABASE, OVERLOAD)),
    confidence=CONFIDENCES,
    subcause=st.sampled_from(("down", "lock")),
)


@given(st.lists(VERDICTS, max_size=12))
def test_confidence_in_the_named_cause_never_falls(verdicts: list[Diagnosis]) -> None:
    present = incident(diagnosis=Diagnosis.unknown("ledger"))
    for each in verdicts:
        before = present.diagnosis
        present = diagnose_again(present, each)
        after = present.diagnosis
        assert after.confidence >= before.confidence
        if before.cause is not Cause.UNKNOWN and after.cause is not before.cause:
            assert after.confidence >= before.confidence + CAUSE_MARGIN


@pytest.mark.parametrize(
    ("after", "change"),
    [
        (incident(), None),
        (incident(updated_at=at(99)), None),
        (incident(diagnosis=verdict(confidence=0.81)), None),
        (start_watch(incident(), at(30), at(36)), Change.RECOVERED),
        (withdraw(incident(), at(30)), Change.WITHDRAWN),
        (resolve(incident(), at(30)), Change.RESOLVED),
        (incident(root="gateway"), Change.NEW_ROOT),
        (incident(diagnosis=verdict(OVERLOAD)), Change.CAUSE),
        (incident(diagnosis=verdict(subcause="lock")), Change.CAUSE),
        (incident(diagnosis=verdict(component="gateway")), Change.CAUSE),
        (incident(severity=Severity.MAJOR), Change.SEVERITY),
        (join(incident(), failure("gateway"), Relation.IMPACT), Change.SCOPE),
        (note_impact(incident(), {"quote": Status.DEGRADED}, GRAPH, at(20)), Change.SCOPE),
    ],
    ids=str,
)
def test_the_reason_to_tell_is_named(after: Incident, change: Change | None) -> None:
    assert change_between(incident(), after) is change


def test_a_new_incident_and_a_relapse_are_told() -> None:
    assert change_between(None, incident()) is Change.OPENED
    watched = start_watch(incident(), at(30), at(36))
    assert change_between(watched, incident()) is Change.RELAPSED


STEPS = st.lists(
    st.tuples(
        st.integers(1, 60),
        st.sampled_from(("fail", "recover", "impact", "resolve", "withdraw", "join")),
    ),
    max_size=20,
)


@given(STEPS)
def test_recovery_alternates_with_failure_and_no_time_runs_backwards(
    steps: list[tuple[int, str]],
) -> None:
    present, clock, told = incident(), 20.0, [Change.OPENED]
    for seconds, step in steps:
        clock += seconds
        after = _step(present, step, clock)
        if change := change_between(present, after):
            told.append(change)
        _check_times(present, after)
        present = after
    turns = [each for each in told if each in (Change.RECOVERED, Change.RELAPSED)]
    assert all(one is not other for one, other in pairwise(turns))
    assert not turns or turns[0] is Change.RECOVERED
    ends = [each for each in told if each in (Change.RESOLVED, Change.WITHDRAWN)]
    assert len(ends) <= 1
    assert not ends or told[-1] is ends[0]


def _step(present: Incident, step: str, clock: float) -> Incident:
    """Do what the engine would: commands that do not fit the status are not given."""
    if present.status.is_ended:
        return present
    if step == "withdraw":
        return withdraw(present, at(clock))
    if present.status is MONITORING:
        if step == "fail":
            return join(present, failure("ledger", began=clock), Relation.RELAPSE)
        return resolve(present, at(clock)) if step == "resolve" else present
    if step == "recover":
        noted = note_recoveries(present, {"ledger": at(clock - 0.5)})
        return start_watch(noted, at(clock - 0.5), at(clock))
    if step == "impact":
        return note_impact(present, {"quote": Status.MAJOR_OUTAGE}, GRAPH, at(clock))
    return join(present, failure("gateway", began=clock), Relation.IMPACT)


def _check_times(before: Incident, after: Incident) -> None:
    assert after.id == before.id
    assert after.started_at <= before.started_at
    assert after.severity.rank >= before.severity.rank
    assert (after.status is MONITORING) <= (after.recovered_at is not None)
    if after.recovered_at is not None:
        assert after.recovered_at >= after.started_at
        assert after.monitoring_at is not None
        assert after.monitoring_at >= after.recovered_at
        assert after.downtime_seconds is not None
        assert timedelta(seconds=after.downtime_seconds) >= timedelta()
    if after.resolved_at is not None:
        assert after.resolved_at >= (after.monitoring_at or after.confirmed_at)
    for each in after.impact:
        assert each.until is None or each.until >= each.since
