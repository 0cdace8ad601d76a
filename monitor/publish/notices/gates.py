"""Decides whether a notice leaves by itself, waits, needs a person, or never leaves (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model.cause import Cause
from monitor.model.configuration import NoticePolicy
from monitor.model.gates import Gate, GateAction
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.notice import Notice, NoticeKind
from monitor.publish.notices.policy import CAUSE_POLICY, CausePolicy

# What only a person lets out, whatever the operator's gates say.
PERSONAL = frozenset({NoticeKind.REGULATORY, NoticeKind.SUMMARY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of a notice, and which rule says so."""

    action: GateAction
    rule: str


def decide(
    kind: NoticeKind,
    subject: Incident | Window,
    told: Sequence[Notice],
    policy: NoticePolicy,
    now: datetime,
) -> Decision:
    """Return what becomes of a notice of *kind* on *subject*; the first gate that fits decides."""
    cause = subject.effective_cause if isinstance(subject, Incident) else Cause.MAINTENANCE
    personal = kind in PERSONAL or (
        kind is NoticeKind.CAUSE_KNOWN and CAUSE_POLICY[cause] is not CausePolicy.AUTO
    )
    for position, gate in enumerate(policy.gates):
        if not gate.holds_for(kind, cause):
            continue
        action = gate.action if _holds(gate, subject, told, now) else gate.otherwise
        if action is GateAction.AUTO and personal:
            return Decision(action=GateAction.APPROVE, rule="person")
        return Decision(action=action, rule=f"gates[{position}]")
    if personal:
        return Decision(action=GateAction.APPROVE, rule="person")
    return Decision(action=GateAction.AUTO, rule="default")


def _holds(gate: Gate, subject: Incident | Window, told: Sequence[Notice], now: datetime) -> bool:
    if gate.quiet_hours is not None and gate.quiet_hours.cover(now):
        return False
    since = now - timedelta(seconds=gate.per_seconds)
    if gate.most and sum(each.at > since for each in told) >= gate.most:
        return False
    return not isinstance(subject, Incident) or _is_grave(gate, subject, now)


def _is_grave(gate: Gate, incident: Incident, now: datetime) -> bool:
    """Whether the incident is as sure, as old and as bad as the gate asks."""
    if incident.effective_diagnosis.confidence < (gate.confidence or 0.0):
        return False
    if gate.severity is not None and incident.effective_severity.rank < gate.severity.rank:
        return False
    confirmed = (now - max(incident.confirmed_at, incident.felt_from)).total_seconds()
    lasted = ((incident.recovered_at or now) - incident.felt_from).total_seconds()
    return confirmed >= gate.confirmed_for_seconds and lasted >= gate.min_duration_seconds
