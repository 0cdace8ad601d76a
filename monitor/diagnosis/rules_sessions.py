"""Whose sessions fill a database: one that leaks them, or servers that have more to do."""

from monitor.diagnosis.facts import facts
from monitor.diagnosis.figures import bad_figures
from monitor.diagnosis.finding import Fact, Finding
from monitor.diagnosis.rule import doubts, supports
from monitor.diagnosis.rules_traffic import moves, rises
from monitor.diagnosis.suspect import Suspect
from monitor.diagnosis.trends import RISEN_FACTOR
from monitor.model.cause import Cause
from monitor.model.observation import Observation
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind as S

_NO_MORE_SQLSTATES = frozenset({"53300"})
_NO_MORE_CODES = frozenset({"1040", "1203", "1226"})
# So many sessions that idle in a transaction are a pile.
_PILE = 5
_STRONG_RISE = 2.0


def is_exhausted(suspect: Suspect) -> bool:
    """Whether the database lets nobody in, or hardly anybody, for want of connections."""
    if suspect.kind is not ComponentKind.DATABASE:
        return False
    refused = any(_refuses(each) for each in suspect.failures)
    return refused or bool(bad_figures(suspect, S.CONNECTIONS_USED_RATIO))


def _refuses(observation: Observation) -> bool:
    return (
        observation.signal(S.SQLSTATE) in _NO_MORE_SQLSTATES
        or str(observation.signal(S.DRIVER_CODE)) in _NO_MORE_CODES
    )


def _pile(suspect: Suspect) -> tuple[Fact, ...]:
    kind = S.IDLE_IN_TRANSACTION
    seen = [each for each in suspect.with_signal(kind) if float(each.signal(kind) or 0) >= _PILE]
    return facts(kind, seen)


def _idle_sessions(suspect: Suspect) -> Finding | None:
    """Find sessions that hold a transaction and do nothing: a leak, whatever the load."""
    seen = _pile(suspect) if is_exhausted(suspect) else ()
    return Finding(weight=0.6, facts=seen) if seen else None


def _usual_load(suspect: Suspect) -> Finding | None:
    """Find no more load than usual while connections run out: the load does not fill them."""
    found = moves(suspect, S.REQUEST_RATE) if is_exhausted(suspect) else ()
    usual = [each.mostly_below(RISEN_FACTOR) for each in found]
    seen = tuple(each for each in usual if each is not None)
    return Finding(weight=0.3, facts=seen) if seen and len(seen) == len(usual) else None


def _storm(suspect: Suspect) -> tuple[Fact, ...]:
    """Return what shows that servers with more to do have taken all connections."""
    if not is_exhausted(suspect) or _pile(suspect):
        return ()
    requests = rises(suspect, S.REQUEST_RATE, RISEN_FACTOR)
    active = rises(suspect, S.ACTIVE_SESSIONS, RISEN_FACTOR)
    if requests and active:
        return (*requests, *active)
    # Who cannot log in cannot count sessions; requests alone must have risen more.
    unknown = not moves(suspect, S.ACTIVE_SESSIONS)
    return rises(suspect, S.REQUEST_RATE, _STRONG_RISE) if unknown else ()


def _load_fills(suspect: Suspect) -> Finding | None:
    seen = _storm(suspect)
    return Finding(weight=0.8, facts=seen) if seen else None


def _load_not_database(suspect: Suspect) -> Finding | None:
    """Doubt the database, which only runs out of what its servers take."""
    seen = _storm(suspect)
    return Finding(weight=0.85, facts=seen) if seen else None


def _is_a_replica(suspect: Suspect) -> Finding | None:
    """Find writes that fail because those who write were led to a replica."""
    seen = [
        each
        for each in suspect.symptoms
        if each.signal(S.REPLICATION_ROLE) == "replica" and each.signal(S.WRITE_OK) is not True
    ]
    return Finding(weight=0.5, facts=facts(S.REPLICATION_ROLE, seen)) if seen else None


RULES = (
    supports(
        Cause.DATABASE_ANOMALY,
        "idle_sessions_hold_connections",
        0.6,
        _idle_sessions,
        S.IDLE_IN_TRANSACTION,
        subcause="connections",
    ),
    supports(
        Cause.DATABASE_ANOMALY,
        "connections_gone_at_usual_load",
        0.3,
        _usual_load,
        S.REQUEST_RATE,
        subcause="connections",
    ),
    supports(
        Cause.SERVER_OVERLOAD,
        "load_takes_all_connections",
        0.8,
        _load_fills,
        S.REQUEST_RATE,
        S.ACTIVE_SESSIONS,
        subcause="connections",
    ),
    doubts(
        Cause.DATABASE_ANOMALY,
        "database_full_of_load",
        0.85,
        _load_not_database,
        S.REQUEST_RATE,
        S.ACTIVE_SESSIONS,
    ),
    supports(
        Cause.DATABASE_ANOMALY,
        "database_is_a_replica",
        0.5,
        _is_a_replica,
        S.REPLICATION_ROLE,
        subcause="replication",
    ),
)
