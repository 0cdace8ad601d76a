"""Why we suspect an attack: only signs that nothing else explains, and never one alone.

Rules that read the same thing are one family, so that two signs are two independent ones.
"""

from monitor.diagnosis.facts import facts
from monitor.diagnosis.figures import bad_figures
from monitor.diagnosis.finding import Fact, Finding
from monitor.diagnosis.rule import Rule, Weigh, doubts, supports
from monitor.diagnosis.rules_traffic import FUNNEL, funnel_grows, moves
from monitor.diagnosis.suspect import Suspect
from monitor.diagnosis.trends import FALLEN_FACTOR, RISEN_FACTOR, STEADY_FACTOR, risen
from monitor.model.cause import Cause
from monitor.model.observation import FailureKind
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind as S

# With fewer independent signs an attack is a candidate at most.
SIGNS_NEEDED = 2
_BURST_FACTOR = 5.0
_FLOOD_FACTOR = 3.0
_SMALL_PACKET_BYTES = 100.0
_ANSWERED_RATIO = 0.7


def _rises(suspect: Suspect, kind: S, factor: float, least: float = 0.0) -> tuple[Fact, ...]:
    """Return where a figure of ours rose, at the suspect or at the machine below it."""
    if not _is_own(suspect):
        return ()
    return risen(suspect.scene, kind, suspect.ground, factor=factor, least=least)


def _is_own(suspect: Suspect) -> bool:
    return suspect.kind in (ComponentKind.SERVER, ComponentKind.NETWORK)


def _rose(weight: float, kind: S, factor: float, least: float) -> Weigh:
    """Return what weighs a figure of ours that rose many times over, to a number that counts."""

    def weigh(suspect: Suspect) -> Finding | None:
        seen = _rises(suspect, kind, factor, least)
        return Finding(weight=weight, facts=seen) if seen else None

    return weigh


def _cookies_unanswered(suspect: Suspect) -> Finding | None:
    """Find SYN cookies that nobody answers: the senders do not exist."""
    seen = bad_figures(suspect, S.SYNCOOKIES_RECV_RATIO) if _is_own(suspect) else ()
    return Finding(weight=0.7, facts=seen) if seen else None


def _small_packets(suspect: Suspect) -> Finding | None:
    """Find many times the packets, each of them too small to ask for anything."""
    flood = _rises(suspect, S.RECEIVED_PACKET_RATE, _BURST_FACTOR, 200)
    small = facts(
        S.RECEIVED_PACKET_BYTES,
        (
            each
            for each in suspect.with_signal(S.RECEIVED_PACKET_BYTES, *suspect.ground)
            if float(each.signal(S.RECEIVED_PACKET_BYTES) or 0) < _SMALL_PACKET_BYTES
        ),
    )
    return Finding(weight=0.6, facts=(*small, *flood)) if small and flood else None


def _connections_without_requests(suspect: Suspect) -> Finding | None:
    """Find connections that pile up while neither requests nor the work under way do."""
    held = _rises(suspect, S.ESTABLISHED_CONNECTIONS, _FLOOD_FACTOR, 50)
    requests = moves(suspect, S.REQUEST_RATE)
    work = moves(suspect, S.IN_FLIGHT)
    if not held or not requests or suspect.failing_needs:
        return None
    if any(each.factor >= RISEN_FACTOR for each in (*requests, *work)):
        return None
    flat = tuple(each.fact for each in (*requests, *work))
    return Finding(weight=0.6 if work else 0.4, facts=(*held, *flat))


def _logins_fail(suspect: Suspect) -> Finding | None:
    """Find a burst of failed logins while customers go on; broken logins would stop them."""
    burst = _rises(suspect, S.AUTH_FAILURE_RATE, _BURST_FACTOR, 30)
    business = moves(suspect, *FUNNEL)
    if not burst or any(each.factor < FALLEN_FACTOR for each in business):
        return None
    steady = tuple(each.fact for each in business)
    return Finding(weight=0.6 if business else 0.4, facts=(*burst, *steady))


def _sources_scatter(suspect: Suspect) -> Finding | None:
    """Find many new sources that bring no business along."""
    sources = _rises(suspect, S.DISTINCT_SOURCES, _FLOOD_FACTOR, 20)
    business = moves(suspect, *FUNNEL)
    if not sources or not business or any(each.factor > STEADY_FACTOR for each in business):
        return None
    return Finding(weight=0.5, facts=(*sources, *(each.fact for each in business)))


def _requests_without_orders(suspect: Suspect) -> Finding | None:
    """Find many times the requests, and as many orders as ever: they came for nothing."""
    requests = _rises(suspect, S.REQUEST_RATE, _FLOOD_FACTOR)
    business = moves(suspect, *FUNNEL)
    if not requests or not business:
        return None
    if not all(FALLEN_FACTOR <= each.factor <= STEADY_FACTOR for each in business):
        return None
    return Finding(weight=0.4, facts=(*requests, *(each.fact for each in business)))


def _edge_challenges(suspect: Suspect) -> Finding | None:
    """Our own edge has begun to challenge its visitors."""
    seen = [each for each in suspect.failures if each.signal(S.WAF_MARKER) is not None]
    if suspect.kind is not ComponentKind.SERVER or not seen:
        return None
    return Finding(weight=0.4, facts=facts(S.WAF_MARKER, seen))


def _answers_lead_elsewhere(suspect: Suspect) -> Finding | None:
    """Find names of ours that lead to addresses which are not ours."""
    seen = [
        each
        for each in suspect.with_kind({FailureKind.VALUE_UNEXPECTED})
        if each.signal(S.DNS_ANSWER) is not None
    ]
    return (
        Finding(weight=0.4, facts=facts(S.DNS_ANSWER, seen)) if _is_own(suspect) and seen else None
    )


def _foreign_key(suspect: Suspect) -> Finding | None:
    """Find a certificate on our name whose key is not ours."""
    seen = suspect.with_kind({FailureKind.TLS_PINNED_KEY})
    return (
        Finding(weight=0.4, facts=facts(S.CERTIFICATE_KEY, seen))
        if _is_own(suspect) and seen
        else None
    )


def _cookies_answered(suspect: Suspect) -> Finding | None:
    """Doubt, since senders who answer exist: a rush overflows queues as well."""
    kind = S.SYNCOOKIES_RECV_RATIO
    seen = [
        each
        for each in suspect.with_signal(kind, *suspect.ground)
        if float(each.signal(kind) or 0) >= _ANSWERED_RATIO
    ]
    return Finding(weight=0.6, facts=facts(kind, seen)) if seen else None


SIGNS = (
    supports(
        Cause.NETWORK_ATTACK,
        "syn_cookies_unanswered",
        0.7,
        _cookies_unanswered,
        S.SYNCOOKIES_RECV_RATIO,
        subcause="syn_flood",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "packets_small_and_many",
        0.6,
        _small_packets,
        S.RECEIVED_PACKET_BYTES,
        S.RECEIVED_PACKET_RATE,
        subcause="packet_flood",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "connections_without_requests",
        0.6,
        _connections_without_requests,
        S.ESTABLISHED_CONNECTIONS,
        S.REQUEST_RATE,
        S.IN_FLIGHT,
        subcause="slow_headers",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "requests_half_sent",
        0.65,
        _rose(0.65, S.HALF_SENT_REQUESTS, _FLOOD_FACTOR, 20),
        S.HALF_SENT_REQUESTS,
        subcause="slow_headers",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "logins_fail_in_bursts",
        0.6,
        _logins_fail,
        S.AUTH_FAILURE_RATE,
        *FUNNEL,
        subcause="credential_stuffing",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "sources_scatter",
        0.5,
        _sources_scatter,
        S.DISTINCT_SOURCES,
        *FUNNEL,
        family="crowd",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "requests_without_orders",
        0.4,
        _requests_without_orders,
        S.REQUEST_RATE,
        *FUNNEL,
        subcause="http_flood",
        family="crowd",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "firewall_blocks_rise",
        0.5,
        _rose(0.5, S.WAF_BLOCK_RATE, _FLOOD_FACTOR, 30),
        S.WAF_BLOCK_RATE,
        family="firewall",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "names_asked_at_random",
        0.6,
        _rose(0.6, S.NXDOMAIN_RATE, _BURST_FACTOR, 60),
        S.NXDOMAIN_RATE,
        subcause="dns_flood",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "edge_challenges",
        0.4,
        _edge_challenges,
        S.WAF_MARKER,
        family="firewall",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "names_lead_elsewhere",
        0.4,
        _answers_lead_elsewhere,
        S.DNS_ANSWER,
        subcause="dns_hijack",
        family="identity",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "foreign_key_on_our_name",
        0.4,
        _foreign_key,
        S.CERTIFICATE_KEY,
        subcause="dns_hijack",
        family="identity",
    ),
)


def _attack_explains(suspect: Suspect) -> Finding | None:
    """Doubt every cause that an attack on the suspect, or on what stands on it, may look like."""
    attacked = (suspect, *(Suspect(suspect.scene, name) for name in suspect.load))
    signs = max((_signs(each) for each in attacked), key=len)
    if len(signs) < SIGNS_NEEDED or funnel_grows(suspect) or _cookies_answered(suspect):
        return None
    return Finding(weight=0.7, facts=tuple(each.facts[0] for each in signs.values()))


def _signs(suspect: Suspect) -> dict[str, Finding]:
    found = ((rule.sign, rule.weigh(suspect)) for rule in SIGNS)
    return {sign: finding for sign, finding in found if finding is not None}


_LEADING = tuple(dict.fromkeys(rule.signals[0] for rule in SIGNS))

RULES: tuple[Rule, ...] = (
    *SIGNS,
    doubts(
        Cause.NETWORK_ATTACK,
        "syn_cookies_answered",
        0.6,
        _cookies_answered,
        S.SYNCOOKIES_RECV_RATIO,
    ),
    *(
        doubts(cause, f"attack_explains_{cause.value}", 0.7, _attack_explains, *_LEADING)
        for cause in (Cause.SERVER_OVERLOAD, Cause.APPLICATION_FAULT, Cause.NETWORK_FAULT)
    ),
)
