"""What people decide about an incident stands beside what the machine says."""

from dataclasses import replace
from datetime import UTC, datetime

from monitor.model.cause import Cause, Diagnosis
from monitor.model.codec import from_json, to_json
from monitor.model.incident import Incident, IncidentStatus, Override, Severity
from monitor.model.payloads import incident_payload

NOW = datetime(2026, 3, 1, tzinfo=UTC)
INCIDENT = Incident(
    id="inc_1",
    status=IncidentStatus.OPEN,
    severity=Severity.MAJOR,
    root="ledger",
    members=(),
    impact=(),
    diagnosis=Diagnosis(
        cause=Cause.DATABASE_ANOMALY, subcause="unreachable", confidence=0.7, component="ledger"
    ),
    started_at=NOW,
    confirmed_at=NOW,
    updated_at=NOW,
)


def _decided(**changed: object) -> Incident:
    decision = Override(author="li", at=NOW, reason="the firewall said so")
    return replace(INCIDENT, override=replace(decision, **changed))  # type: ignore[arg-type]


def test_without_an_override_the_machine_is_believed() -> None:
    assert INCIDENT.effective_diagnosis is INCIDENT.diagnosis
    assert INCIDENT.effective_cause is Cause.DATABASE_ANOMALY
    assert INCIDENT.effective_severity is Severity.MAJOR


def test_a_persons_cause_is_told_and_the_machines_stays_beside_it() -> None:
    incident = _decided(cause=Cause.NETWORK_ATTACK, subcause="flood")
    body = incident_payload(incident)
    assert (body["cause"], body["subcause"], body["confidence"]) == ("network_attack", "flood", 1.0)
    assert body["verdict"] == {
        "cause": "database_anomaly",
        "subcause": "unreachable",
        "confidence": 0.7,
        "severity": "major",
    }
    assert incident.effective_severity is Severity.MAJOR


def test_a_person_may_call_it_less_bad() -> None:
    incident = _decided(severity=Severity.MINOR)
    assert incident.effective_severity is Severity.MINOR
    assert incident_payload(incident)["severity"] == "minor"
    assert incident.effective_cause is Cause.DATABASE_ANOMALY


def test_an_incident_of_services_alone_has_no_component() -> None:
    assert replace(INCIDENT, root="").components == ()


def test_a_document_stored_before_people_could_add_to_it_still_loads() -> None:
    new = {"title", "regulatory", "override", "overrides", "notes", "postmortem"}
    document = to_json(INCIDENT)
    assert isinstance(document, dict)
    old = {key: each for key, each in document.items() if key not in new}
    assert from_json(Incident, old) == INCIDENT
