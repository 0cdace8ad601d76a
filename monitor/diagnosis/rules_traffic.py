"""What traffic says: a rush of customers buys in proportion, and a blocked probe stops nobody."""

from collections.abc import Iterator

from monitor.diagnosis.facts import facts
from monitor.diagnosis.finding import Fact, Finding
from monitor.diagnosis.rule import doubts, supports
from monitor.diagnosis.suspect import PILED_FACTOR, PILED_LEAST, Suspect
from monitor.diagnosis.trends import FALLEN_FACTOR, RISEN_FACTOR, STEADY_FACTOR, Trend, trends
from monitor.diagnosis.trends import risen as risen_in
from monitor.model.cause import Cause
from monitor.model.observation import Observation
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind as S

# What customers finish, and what they ask for.
FUNNEL = (S.ORDER_RATE, S.PAID_ORDER_RATE)
_TRAFFIC = (S.REQUEST_RATE, *FUNNEL)
RUSH_FACTOR = 2.0
# Less than this share of the usual is nothing.
STILL_FACTOR = 0.05
# One look may fall between two answers.
_FEWEST_STILL = 2
# Of a rush of customers at least this share finishes what it came for.
IN_PROPORTION = 0.6


def rises(suspect: Suspect, kind: S, factor: float, least: float = 0.0) -> tuple[Fact, ...]:
    """Return where *kind* rose around the suspect since the onset."""
    return risen_in(suspect.scene, kind, suspect.surroundings, factor=factor, least=least)


def moves(suspect: Suspect, *kinds: S) -> tuple[Trend, ...]:
    """Return how figures of *kinds* moved around the suspect since the onset."""
    return tuple(
        each for kind in kinds for each in trends(suspect.scene, kind, suspect.surroundings)
    )


def funnel_grows(suspect: Suspect) -> tuple[Fact, ...]:
    """Return requests and what they finish where both rose in proportion."""
    requests = max(moves(suspect, S.REQUEST_RATE), key=lambda each: each.factor, default=None)
    if requests is None or requests.factor < RISEN_FACTOR:
        return ()
    wanted = max(STEADY_FACTOR, IN_PROPORTION * requests.factor)
    grown = [each.fact for each in moves(suspect, *FUNNEL) if each.factor >= wanted]
    return (requests.fact, *grown) if grown else ()


def _is_strained(suspect: Suspect) -> bool:
    return suspect.kind is ComponentKind.SERVER and bool(suspect.symptoms)


def _requests_rise(suspect: Suspect) -> Finding | None:
    seen = rises(suspect, S.REQUEST_RATE, RUSH_FACTOR) if _is_strained(suspect) else ()
    return Finding(weight=0.45, facts=seen) if seen else None


def _work_piles_up(suspect: Suspect) -> Finding | None:
    """Find more and more work under way: it comes in faster than it is done."""
    if not _is_strained(suspect):
        return None
    seen = (
        *risen_in(
            suspect.scene, S.IN_FLIGHT, suspect.ground, factor=PILED_FACTOR, least=PILED_LEAST
        ),
        *risen_in(
            suspect.scene, S.QUEUE_DEPTH, suspect.ground, factor=PILED_FACTOR, least=PILED_LEAST
        ),
    )
    return Finding(weight=0.4, facts=seen) if seen else None


def _work_stands_still(suspect: Suspect) -> Finding | None:
    """Doubt overload where work waits and none at all is done: whoever is busy finishes some."""
    waiting = facts(
        S.QUEUE_DEPTH,
        (
            each
            for each in suspect.with_signal(S.QUEUE_DEPTH, *suspect.ground)
            if float(each.signal(S.QUEUE_DEPTH) or 0) >= PILED_LEAST
        ),
    )
    if suspect.kind is not ComponentKind.SERVER or not waiting:
        return None
    done = trends(suspect.scene, S.REQUEST_RATE, suspect.ground)
    still = [each for trend in done for each in _standstills(suspect, trend)]
    # It stands no longer while it is repaired, and stood all the same.
    if len(still) < _FEWEST_STILL:
        return None
    return Finding(weight=0.5, facts=(*facts(S.REQUEST_RATE, still), *waiting))


def _standstills(suspect: Suspect, trend: Trend) -> Iterator[Observation]:
    """Yield what a check saw since the onset while next to nothing was finished."""
    for each in suspect.with_signal(S.REQUEST_RATE, trend.fact.component):
        rate = float(each.signal(S.REQUEST_RATE) or 0)
        if each.check == trend.fact.check and rate <= STILL_FACTOR * trend.before:
            yield each


def _funnel(weight: float, suspect: Suspect) -> Finding | None:
    seen = funnel_grows(suspect) if _is_strained(suspect) else ()
    return Finding(weight=weight, facts=seen) if seen else None


def _customers_rush(suspect: Suspect) -> Finding | None:
    return _funnel(0.5, suspect)


def _customers_not_attackers(suspect: Suspect) -> Finding | None:
    return _funnel(0.75, suspect)


def _only_challenges(suspect: Suspect) -> bool:
    return bool(suspect.failures) and all(
        each.signal(S.WAF_MARKER) is not None for each in suspect.failures
    )


def _traffic_goes_on(suspect: Suspect) -> Finding | None:
    """Find customers who get through while the probe is challenged."""
    found = moves(suspect, *_TRAFFIC) if _only_challenges(suspect) else ()
    if not found or any(each.factor < IN_PROPORTION for each in found):
        return None
    return Finding(weight=0.6, facts=tuple(each.fact for each in found))


def _traffic_fell(suspect: Suspect) -> Finding | None:
    """Doubt that only the probe is blocked where customers are missing too."""
    found = moves(suspect, *_TRAFFIC) if _only_challenges(suspect) else ()
    fallen = tuple(each.fact for each in found if each.factor < FALLEN_FACTOR)
    return Finding(weight=0.7, facts=fallen) if fallen else None


RULES = (
    supports(Cause.SERVER_OVERLOAD, "requests_rise", 0.45, _requests_rise, S.REQUEST_RATE),
    supports(
        Cause.SERVER_OVERLOAD, "work_piles_up", 0.4, _work_piles_up, S.IN_FLIGHT, S.QUEUE_DEPTH
    ),
    supports(
        Cause.SERVER_OVERLOAD, "customers_rush", 0.5, _customers_rush, S.REQUEST_RATE, *FUNNEL
    ),
    doubts(
        Cause.SERVER_OVERLOAD,
        "work_stands_still",
        0.5,
        _work_stands_still,
        S.REQUEST_RATE,
        S.QUEUE_DEPTH,
    ),
    doubts(
        Cause.NETWORK_ATTACK,
        "customers_not_attackers",
        0.75,
        _customers_not_attackers,
        S.REQUEST_RATE,
        *FUNNEL,
    ),
    supports(
        Cause.MONITOR_FAULT,
        "customers_pass_the_challenge",
        0.6,
        _traffic_goes_on,
        *_TRAFFIC,
        subcause="probe_blocked",
    ),
    doubts(Cause.MONITOR_FAULT, "customers_are_missing_too", 0.7, _traffic_fell, *_TRAFFIC),
)
