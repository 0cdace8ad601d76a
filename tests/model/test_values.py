"""Small answers that values of the model give about themselves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.batch import Batch, ProbeRequest
from monitor.model.cause import Candidate, Cause, Diagnosis
from monitor.model.change import Change
from monitor.model.configuration import Configuration, WatchPolicy
from monitor.model.events import Event, EventType
from monitor.model.fault import FaultKind, MonitorFault
from monitor.model.history import StatusTime
from monitor.model.identity import make_id
from monitor.model.incident import Incident, IncidentStatus, Member, Onset, ServiceImpact, Severity
from monitor.model.maintenance import Window, WindowStatus
from monitor.model.observation import Observation, Outcome, Trigger
from monitor.model.payloads import fault_payload, incident_payload, window_payload
from monitor.model.platform import Platform
from monitor.model.signals import Signal, SignalKind
from monitor.model.status import CheckState, Condition, Status

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _seen(**changed: Any) -> Observation:
    base = Observation(
        check="ping",
        component="bank",
        type="tcp",
        location="here",
        scheduled_at=NOW,
        started_at=NOW,
        duration_seconds=1.5,
        outcome=Outcome.OK,
    )
    return replace(base, **changed)


def _incident(**changed: Any) -> Incident:
    onset = Onset(last_ok_at=None, first_failure_at=NOW)
    base = Incident(
        id="inc_1",
        status=IncidentStatus.OPEN,
        severity=Severity.MINOR,
        root="ledger",
        members=tuple(
            Member(component=each, onset=onset, joined_at=NOW) for each in ("gateway", "ledger")
        ),
        impact=(ServiceImpact(service="pay", worst=Status.DEGRADED, since=NOW),),
        diagnosis=Diagnosis.unknown("ledger"),
        started_at=NOW,
        confirmed_at=NOW,
        updated_at=NOW,
    )
    return replace(base, **changed)


def test_an_observation_ends_after_it_took_its_time() -> None:
    assert _seen().finished_at == NOW + timedelta(seconds=1.5)


@pytest.mark.parametrize("outcome", Outcome)
def test_only_ok_and_degraded_are_successes(outcome: Outcome) -> None:
    assert _seen(outcome=outcome).succeeded == (outcome in (Outcome.OK, Outcome.DEGRADED))


def test_the_first_signal_of_a_kind_is_the_one_that_counts() -> None:
    kinds = (SignalKind.SQLSTATE, SignalKind.LOCK_WAITERS, SignalKind.LOCK_WAITERS)
    seen = _seen(signals=tuple(Signal(kind, index) for index, kind in enumerate(kinds)))
    assert seen.signal(SignalKind.LOCK_WAITERS) == 1
    assert seen.signal(SignalKind.HTTP_STATUS) is None


@given(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=3))
def test_ids_follow_from_their_parts_alone(parts: list[str]) -> None:
    identity = make_id("inc", *parts)
    assert identity == make_id("inc", *parts)
    assert identity.startswith("inc_")
    assert len(identity) == 20
    assert make_id("inc", *parts, "more") != identity


def test_an_event_keeps_its_id_over_the_same_facts() -> None:
    def event(revision: int) -> Event:
        return Event.of(EventType.INCIDENT_UPDATED, "inc_1", revision, NOW, {})

    assert event(2).id == event(2).id != event(3).id


@pytest.mark.parametrize(
    ("mine", "other", "after"),
    [((5, 6), (1, 4), True), ((4, 6), (1, 4), False), ((3, 6), (1, 4), False)],
)
def test_onsets_have_an_order_only_where_they_do_not_overlap(
    mine: tuple[int, int], other: tuple[int, int], after: bool
) -> None:
    onsets = [
        Onset(
            last_ok_at=NOW + timedelta(seconds=low), first_failure_at=NOW + timedelta(seconds=high)
        )
        for low, high in (mine, other)
    ]
    assert onsets[0].is_clearly_after(onsets[1]) is after
    unseen = Onset(last_ok_at=None, first_failure_at=NOW + timedelta(hours=1))
    assert not unseen.is_clearly_after(onsets[0])


def test_an_incident_lists_its_root_first_and_knows_its_downtime() -> None:
    assert _incident().components == ("ledger", "gateway")
    assert _incident().services == ("pay",)
    assert _incident().downtime_seconds is None
    assert _incident(recovered_at=NOW + timedelta(seconds=90)).downtime_seconds == 90


def test_severities_have_a_rank_and_statuses_an_end() -> None:
    assert [each.rank for each in Severity] == [0, 1, 2]
    ended = {each for each in IncidentStatus if each.is_ended}
    assert ended == {IncidentStatus.RESOLVED, IncidentStatus.WITHDRAWN}


def test_a_window_is_active_ended_or_scheduled() -> None:
    active = {each for each in WindowStatus if each.is_active}
    ended = {each for each in WindowStatus if each.is_ended}
    assert active == {WindowStatus.IN_PROGRESS, WindowStatus.OVERRUNNING}
    assert ended == {WindowStatus.COMPLETED, WindowStatus.CANCELLED}


def test_no_data_and_maintenance_are_neither_good_nor_bad() -> None:
    bad = {each for each in Status if each.is_bad}
    assert bad == {Status.DEGRADED, Status.PARTIAL_OUTAGE, Status.MAJOR_OUTAGE}
    assert [Status(each).badness for each in ("operational", "maintenance", "unknown")] == [0, 0, 0]


def test_a_check_that_never_worked_is_misconfigured() -> None:
    state = CheckState(check="ping", component="bank", condition=Condition.FAILED)
    assert state.is_misconfigured
    assert not replace(state, ever_succeeded=True).is_misconfigured
    assert not replace(state, condition=Condition.UNKNOWN).is_misconfigured


def test_uptime_counts_only_time_that_is_known_and_unplanned() -> None:
    seconds = {
        Status.OPERATIONAL: 80.0,
        Status.DEGRADED: 10.0,
        Status.PARTIAL_OUTAGE: 4.0,
        Status.MAJOR_OUTAGE: 6.0,
        Status.MAINTENANCE: 50.0,
        Status.UNKNOWN: 50.0,
    }
    time = StatusTime(seconds)
    assert time.total_seconds == 200
    assert time.available_ratio == pytest.approx(0.9)
    assert time.worst is Status.MAJOR_OUTAGE
    idle = StatusTime({Status.MAINTENANCE: 1.0, Status.UNKNOWN: 2.0, Status.OPERATIONAL: 0.0})
    assert (idle.available_ratio, idle.worst) == (None, Status.MAINTENANCE)
    assert StatusTime({}).worst is Status.UNKNOWN


def test_a_batch_is_urgent_when_it_holds_more_than_figures() -> None:
    request = ProbeRequest(check="ping", trigger=Trigger.RETRY)
    assert not Batch(at=NOW, observation=_seen(), probes=(request,)).is_urgent
    change = Change(id="chg_1", component="app", kind="deploy", version="2", at=NOW)
    assert Batch(at=NOW, changes=(change,)).is_urgent
    told = Event.of(EventType.MONITOR_FAULT, "flt_1", 1, NOW, {})
    assert Batch(at=NOW, events=(told,)).is_urgent


def test_a_critical_incident_is_watched_longer() -> None:
    policy = WatchPolicy(seconds=300, critical_seconds=3600)
    assert [policy.seconds_for(each) for each in Severity] == [300, 300, 3600]


def test_a_configuration_makes_its_graph() -> None:
    empty = Configuration(platform=Platform(names={}), services=(), components=(), checks=())
    assert empty.graph().order() == ()


def test_the_incident_object_carries_what_receivers_rely_on() -> None:
    candidate = Candidate(
        cause=Cause.DATABASE_ANOMALY, subcause="down", confidence=0.87654, component="ledger"
    )
    verdict = Diagnosis(
        cause=candidate.cause,
        subcause=candidate.subcause,
        confidence=candidate.confidence,
        component="ledger",
        candidates=(candidate,),
    )
    body = incident_payload(_incident(diagnosis=verdict, recovered_at=NOW + timedelta(seconds=5)))
    assert body["cause"] == "database_anomaly"
    assert body["confidence"] == 0.877
    assert body["components"] == ["ledger", "gateway"]
    assert body["downtime_seconds"] == 5
    assert body["resolved_at"] is None
    promised = {"id", "status", "severity", "evidence", "services", "started_at", "confirmed_at"}
    assert promised <= set(body)


def test_windows_and_faults_have_a_json_form() -> None:
    window = Window(id="win_1", start=NOW, end=NOW, planned_end=NOW, created_at=NOW)
    assert window_payload(window)["status"] == "scheduled"
    fault = MonitorFault(id="flt_1", kind=FaultKind.CLOCK_JUMP, started_at=NOW)
    assert fault_payload(fault) == {
        "id": "flt_1",
        "kind": "clock_jump",
        "detail": "",
        "started_at": "2026-03-01T00:00:00.000000Z",
        "cleared_at": None,
    }
