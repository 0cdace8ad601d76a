"""Why we suspect an attack: only signals that nothing else explains, and never one alone."""

from monitor.diagnosis.facts import facts
from monitor.diagnosis.rule import Finding, Rule
from monitor.diagnosis.suspect import Suspect
from monitor.model.cause import Cause
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind


def _edge_challenges(suspect: Suspect) -> Finding | None:
    """Our own edge has begun to challenge its visitors."""
    seen = [each for each in suspect.failures if each.signal(SignalKind.WAF_MARKER) is not None]
    if suspect.kind is not ComponentKind.SERVER or not seen:
        return None
    return Finding(weight=0.4, facts=facts(SignalKind.WAF_MARKER, seen))


RULES = (
    Rule(
        name="edge_challenges",
        most=0.4,
        cause=Cause.NETWORK_ATTACK,
        weigh=_edge_challenges,
        signals=(SignalKind.WAF_MARKER,),
    ),
)
