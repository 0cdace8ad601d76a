"""Why we suspect an attack: only signs that nothing else explains, and never one alone.

Rules that read the same thing are one family, so that two signs are two independent ones.
"""

from itertools import islice

from monitor.diagnosis.attack_signs import (
    BURST_FACTOR,
    FLOOD_FACTOR,
    answers_lead_elsewhere,
    connections_without_requests,
    cookies_answered,
    cookies_unanswered,
    edge_challenges,
    foreign_key,
    is_own,
    logins_fail,
    requests_without_orders,
    rose,
    small_packets,
    sources_scatter,
)
from monitor.diagnosis.finding import Finding
from monitor.diagnosis.rule import Rule, doubts, supports
from monitor.diagnosis.rules_traffic import FUNNEL, funnel_grows
from monitor.diagnosis.suspect import Suspect
from monitor.model.cause import Cause
from monitor.model.signals import SignalKind as S

# With fewer independent signs an attack is a candidate at most.
SIGNS_NEEDED = 2
# Of many servers above a machine the first few tell.
_MOST_ABOVE = 8

SIGNS = (
    supports(
        Cause.NETWORK_ATTACK,
        "syn_cookies_unanswered",
        0.7,
        cookies_unanswered,
        S.SYNCOOKIES_RECV_RATIO,
        S.SYNCOOKIES_SENT_RATE,
        subcause="syn_flood",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "packets_small_and_many",
        0.6,
        small_packets,
        S.RECEIVED_PACKET_BYTES,
        S.RECEIVED_PACKET_RATE,
        S.PASSIVE_OPENS_RATE,
        subcause="packet_flood",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "connections_without_requests",
        0.6,
        connections_without_requests,
        S.ESTABLISHED_CONNECTIONS,
        S.REQUEST_RATE,
        S.IN_FLIGHT,
        S.CPU_PRESSURE_RATIO,
        subcause="slow_headers",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "requests_half_sent",
        0.65,
        rose(0.65, S.HALF_SENT_REQUESTS, FLOOD_FACTOR, 20),
        S.HALF_SENT_REQUESTS,
        subcause="slow_headers",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "logins_fail_in_bursts",
        0.6,
        logins_fail,
        S.AUTH_FAILURE_RATE,
        *FUNNEL,
        subcause="credential_stuffing",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "sources_scatter",
        0.5,
        sources_scatter,
        S.DISTINCT_SOURCES,
        *FUNNEL,
        family="crowd",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "requests_without_orders",
        0.4,
        requests_without_orders,
        S.REQUEST_RATE,
        *FUNNEL,
        subcause="http_flood",
        family="crowd",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "firewall_blocks_rise",
        0.5,
        rose(0.5, S.WAF_BLOCK_RATE, FLOOD_FACTOR, 30),
        S.WAF_BLOCK_RATE,
        family="firewall",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "names_asked_at_random",
        0.6,
        rose(0.6, S.NXDOMAIN_RATE, BURST_FACTOR, 60),
        S.NXDOMAIN_RATE,
        subcause="dns_flood",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "edge_challenges",
        0.4,
        edge_challenges,
        S.WAF_MARKER,
        family="firewall",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "names_lead_elsewhere",
        0.4,
        answers_lead_elsewhere,
        S.DNS_ANSWER,
        subcause="dns_hijack",
        family="identity",
    ),
    supports(
        Cause.NETWORK_ATTACK,
        "foreign_key_on_our_name",
        0.4,
        foreign_key,
        S.CERTIFICATE_KEY,
        subcause="dns_hijack",
        family="identity",
    ),
)


def _attack_explains(suspect: Suspect) -> Finding | None:
    """Doubt every cause that an attack on the suspect, or on what stands on it, may look like."""
    if not is_own(suspect):
        return None
    above = islice(suspect.load, _MOST_ABOVE)
    attacked = (suspect, *(Suspect(suspect.scene, name) for name in above))
    signs = max((_signs(each) for each in attacked), key=len)
    if len(signs) < SIGNS_NEEDED or funnel_grows(suspect) or cookies_answered(suspect):
        return None
    return Finding(weight=0.7, facts=tuple(each.facts[0] for each in signs.values()))


def _signs(suspect: Suspect) -> dict[str, Finding]:
    def found() -> dict[str, Finding]:
        weighed = ((rule.sign, rule.weigh(suspect)) for rule in SIGNS)
        return {sign: finding for sign, finding in weighed if finding is not None}

    return suspect.scene.once(("signs", suspect.component), found)


_LEADING = tuple(dict.fromkeys(rule.signals[0] for rule in SIGNS))

RULES: tuple[Rule, ...] = (
    *SIGNS,
    doubts(
        Cause.NETWORK_ATTACK,
        "syn_cookies_answered",
        0.6,
        cookies_answered,
        S.SYNCOOKIES_RECV_RATIO,
    ),
    *(
        doubts(cause, f"attack_explains_{cause.value}", 0.7, _attack_explains, *_LEADING)
        for cause in (Cause.SERVER_OVERLOAD, Cause.APPLICATION_FAULT, Cause.NETWORK_FAULT)
    ),
)
