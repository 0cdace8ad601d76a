"""Signs of an attack: what else would nobody explain, each from figures of its own."""

from monitor.diagnosis.facts import facts
from monitor.diagnosis.figures import LARGE, bad_figures
from monitor.diagnosis.finding import Fact, Finding
from monitor.diagnosis.rule import Weigh
from monitor.diagnosis.rules_traffic import FUNNEL, moves
from monitor.diagnosis.suspect import PILED_LEAST, Suspect
from monitor.diagnosis.trends import FALLEN_FACTOR, RISEN_FACTOR, STEADY_FACTOR, risen, trends
from monitor.model.observation import FailureKind
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind as S

BURST_FACTOR = 5.0
FLOOD_FACTOR = 3.0
_SMALL_PACKET_BYTES = 100.0
_ANSWERED_RATIO = 0.7


def _rises(suspect: Suspect, kind: S, factor: float, least: float = 0.0) -> tuple[Fact, ...]:
    """Return where a figure of ours rose, at the suspect or at the machine below it."""
    if not is_own(suspect):
        return ()
    return risen(suspect.scene, kind, suspect.ground, factor=factor, least=least)


def is_own(suspect: Suspect) -> bool:
    """Whether the suspect is a server or a way of ours, which somebody may attack."""
    return suspect.kind in (ComponentKind.SERVER, ComponentKind.NETWORK)


def rose(weight: float, kind: S, factor: float, least: float) -> Weigh:
    """Return what weighs a figure of ours that rose many times over, to a number that counts."""

    def weigh(suspect: Suspect) -> Finding | None:
        seen = _rises(suspect, kind, factor, least)
        return Finding(weight=weight, facts=seen) if seen else None

    return weigh


def cookies_unanswered(suspect: Suspect) -> Finding | None:
    """Find SYN cookies that nobody answers: the senders do not exist."""
    seen = bad_figures(suspect, S.SYNCOOKIES_RECV_RATIO) if is_own(suspect) else ()
    if not seen:
        return None
    kind = S.SYNCOOKIES_SENT_RATE
    return Finding(
        weight=0.7, facts=(*seen, *facts(kind, suspect.with_signal(kind, *suspect.ground)))
    )


def small_packets(suspect: Suspect) -> Finding | None:
    """Find many times the packets, too small to ask for anything, and no more connections."""
    flood = _rises(suspect, S.RECEIVED_PACKET_RATE, BURST_FACTOR, 200)
    small = facts(
        S.RECEIVED_PACKET_BYTES,
        (
            each
            for each in suspect.with_signal(S.RECEIVED_PACKET_BYTES, *suspect.ground)
            if float(each.signal(S.RECEIVED_PACKET_BYTES) or 0) < _SMALL_PACKET_BYTES
        ),
    )
    opened = trends(suspect.scene, S.PASSIVE_OPENS_RATE, suspect.ground)
    if not (small and flood) or any(each.factor >= RISEN_FACTOR for each in opened):
        return None
    return Finding(weight=0.6, facts=(*small, *flood, *(each.fact for each in opened)))


def connections_without_requests(suspect: Suspect) -> Finding | None:
    """Find connections that pile up while neither requests nor the work under way do."""
    held = _rises(suspect, S.ESTABLISHED_CONNECTIONS, FLOOD_FACTOR, 50)
    requests = [each.mostly_below(RISEN_FACTOR) for each in moves(suspect, S.REQUEST_RATE)]
    work = moves(suspect, S.IN_FLIGHT)
    if not held or not requests or _waits_for_others(suspect):
        return None
    # Where hardly anything is under way, one more is no pile.
    piles = any(each.factor >= RISEN_FACTOR and each.now >= PILED_LEAST for each in work)
    if piles or None in requests:
        return None
    flat = (*(each for each in requests if each is not None), *(each.fact for each in work))
    return Finding(weight=0.6 if work else 0.4, facts=(*held, *flat, *_at_rest(suspect)))


def _at_rest(suspect: Suspect) -> tuple[Fact, ...]:
    """Return that the machine's processor is waited for no more than usual, or hardly at all."""
    kind = S.CPU_PRESSURE_RATIO
    found = trends(suspect.scene, kind, suspect.ground)
    low = (
        each.fact if each.now < LARGE[kind] else each.mostly_below(RISEN_FACTOR) for each in found
    )
    return tuple(each for each in low if each is not None)


def _waits_for_others(suspect: Suspect) -> bool:
    """Whether requests hang in what is no server of ours, which holds connections as well."""
    return any(
        suspect.scene.kind_of(each) is not ComponentKind.SERVER for each in suspect.failing_needs
    )


def logins_fail(suspect: Suspect) -> Finding | None:
    """Find a burst of failed logins while customers go on; broken logins would stop them."""
    burst = _rises(suspect, S.AUTH_FAILURE_RATE, BURST_FACTOR, 30)
    business = moves(suspect, *FUNNEL)
    if not burst or any(each.factor < FALLEN_FACTOR for each in business):
        return None
    steady = tuple(each.fact for each in business)
    return Finding(weight=0.6 if business else 0.4, facts=(*burst, *steady))


def sources_scatter(suspect: Suspect) -> Finding | None:
    """Find many new sources that bring no business along."""
    sources = _rises(suspect, S.DISTINCT_SOURCES, FLOOD_FACTOR, 20)
    business = moves(suspect, *FUNNEL)
    if not sources or not business or any(each.factor > STEADY_FACTOR for each in business):
        return None
    return Finding(weight=0.5, facts=(*sources, *(each.fact for each in business)))


def requests_without_orders(suspect: Suspect) -> Finding | None:
    """Find many times the requests, and as many orders as ever: they came for nothing."""
    requests = _rises(suspect, S.REQUEST_RATE, FLOOD_FACTOR)
    business = moves(suspect, *FUNNEL)
    if not requests or not business:
        return None
    if not all(FALLEN_FACTOR <= each.factor <= STEADY_FACTOR for each in business):
        return None
    return Finding(weight=0.4, facts=(*requests, *(each.fact for each in business)))


def edge_challenges(suspect: Suspect) -> Finding | None:
    """Our own edge has begun to challenge its visitors."""
    seen = [each for each in suspect.failures if each.signal(S.WAF_MARKER) is not None]
    if suspect.kind is not ComponentKind.SERVER or not seen:
        return None
    return Finding(weight=0.4, facts=facts(S.WAF_MARKER, seen))


def answers_lead_elsewhere(suspect: Suspect) -> Finding | None:
    """Find names of ours that lead to addresses which are not ours."""
    seen = [
        each
        for each in suspect.with_kind({FailureKind.VALUE_UNEXPECTED})
        if each.signal(S.DNS_ANSWER) is not None
    ]
    return (
        Finding(weight=0.4, facts=facts(S.DNS_ANSWER, seen)) if is_own(suspect) and seen else None
    )


def foreign_key(suspect: Suspect) -> Finding | None:
    """Find a certificate on our name whose key is not ours."""
    seen = suspect.with_kind({FailureKind.TLS_PINNED_KEY})
    return (
        Finding(weight=0.4, facts=facts(S.CERTIFICATE_KEY, seen))
        if is_own(suspect) and seen
        else None
    )


def cookies_answered(suspect: Suspect) -> Finding | None:
    """Doubt, since senders who answer exist: a rush overflows queues as well."""
    kind = S.SYNCOOKIES_RECV_RATIO
    seen = [
        each
        for each in suspect.with_signal(kind, *suspect.ground)
        if float(each.signal(kind) or 0) >= _ANSWERED_RATIO
    ]
    return Finding(weight=0.6, facts=facts(kind, seen)) if seen else None
