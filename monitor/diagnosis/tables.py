"""What failure kinds and codes say about causes: literal tables, no text is matched."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.model.cause import Cause
from monitor.model.observation import FailureKind
from monitor.model.platform import ComponentKind

_DB = ComponentKind.DATABASE
_SERVER = ComponentKind.SERVER
_THIRD = ComponentKind.THIRD_PARTY
_NET = ComponentKind.NETWORK


@dataclass(frozen=True, slots=True)
class Hint:
    """What one fact alone says: a cause, how sure it makes us, and the finer label."""

    cause: Cause
    weight: float
    subcause: str = ""


def _database(weight: float, subcause: str = "") -> Hint:
    return Hint(Cause.DATABASE_ANOMALY, weight, subcause)


def _application(weight: float, subcause: str = "") -> Hint:
    return Hint(Cause.APPLICATION_FAULT, weight, subcause)


def _third_party(weight: float, subcause: str = "") -> Hint:
    return Hint(Cause.THIRD_PARTY_INTERFACE, weight, subcause)


def _network(weight: float, subcause: str = "") -> Hint:
    return Hint(Cause.NETWORK_FAULT, weight, subcause)


def _overload(weight: float, subcause: str = "") -> Hint:
    return Hint(Cause.SERVER_OVERLOAD, weight, subcause)


def _monitor(weight: float, subcause: str = "") -> Hint:
    return Hint(Cause.MONITOR_FAULT, weight, subcause)


Hints = Mapping[ComponentKind, tuple[Hint, ...]]


def _by_kind(
    database: tuple[Hint, ...] = (),
    server: tuple[Hint, ...] = (),
    third_party: tuple[Hint, ...] = (),
    network: tuple[Hint, ...] = (),
) -> Hints:
    return {_DB: database, _SERVER: server, _THIRD: third_party, _NET: network}


def _everywhere(hint: Hint) -> Hints:
    return dict.fromkeys(ComponentKind, (hint,))


def _own(*hints: Hint, third_party: tuple[Hint, ...] = ()) -> Hints:
    return {_DB: hints, _SERVER: hints, _NET: hints, _THIRD: third_party}


_PATH = (_network(0.8, "routing"),)

# What a failure kind says by itself, by what the component is. A kind that needs its
# circumstances (a late answer, a status) says little here; the rules add those.
FAILURE_HINTS: Mapping[FailureKind, Hints] = {
    FailureKind.NAME_NOT_FOUND: _own(
        _network(0.85, "dns"), third_party=(_third_party(0.5, "dns"), _network(0.35, "dns"))
    ),
    FailureKind.NAME_SERVER_FAILURE: _own(
        _network(0.75, "dns"), third_party=(_third_party(0.5, "dns"), _network(0.35, "dns"))
    ),
    FailureKind.NAME_TIMEOUT: _own(
        _network(0.65, "dns"), third_party=(_third_party(0.45, "dns"), _network(0.4, "dns"))
    ),
    FailureKind.CONNECT_REFUSED: _by_kind(
        (_database(0.85, "down"), _network(0.1, "firewall")),
        (_application(0.85, "crash"), _network(0.1, "firewall")),
        (_third_party(0.65, "down"), _network(0.2, "firewall")),
        # The way led there: somebody said that nobody listens.
        (_network(0.45, "firewall"),),
    ),
    FailureKind.CONNECT_TIMEOUT: _by_kind(
        (_database(0.5, "down"), _network(0.4, "firewall")),
        (_network(0.4, "firewall"), _overload(0.35, "accept_queue"), _application(0.3, "crash")),
        (_third_party(0.5, "down"), _network(0.35, "firewall")),
        _PATH,
    ),
    FailureKind.CONNECT_UNREACHABLE: _own(
        _network(0.8, "routing"), third_party=(_network(0.6, "routing"), _third_party(0.35, "down"))
    ),
    FailureKind.CONNECT_RESET: _by_kind(
        (_database(0.65, "down"), _network(0.2, "firewall")),
        (_application(0.55, "crash"), _overload(0.3, "accept_queue"), _network(0.2, "firewall")),
        (_third_party(0.6, "down"), _network(0.2, "firewall")),
        _PATH,
    ),
    # The proxy that the check is told to use: a way of ours, whatever is behind it.
    FailureKind.PROXY_FAILED: _everywhere(_network(0.85, "proxy")),
    FailureKind.TLS_EXPIRED: _own(
        _application(0.9, "certificate"), third_party=(_third_party(0.85, "certificate"),)
    ),
    FailureKind.TLS_NOT_YET_VALID: _own(
        _application(0.8, "certificate"), third_party=(_third_party(0.75, "certificate"),)
    ),
    FailureKind.TLS_WRONG_HOST: _own(
        _application(0.85, "certificate"), third_party=(_third_party(0.75, "certificate"),)
    ),
    FailureKind.TLS_UNTRUSTED: _own(
        _application(0.85, "certificate"),
        third_party=(_third_party(0.6, "certificate"), _application(0.4, "certificate")),
    ),
    FailureKind.TLS_HANDSHAKE: _own(
        _application(0.55, "certificate"),
        third_party=(_third_party(0.5, "down"), _application(0.3, "certificate")),
    ),
    FailureKind.TLS_PLAINTEXT: _own(
        _application(0.65, "config"), third_party=(_third_party(0.6, "down"),)
    ),
    FailureKind.TLS_CLIENT_CERTIFICATE: _everywhere(_application(0.9, "credential")),
    FailureKind.TLS_PINNED_KEY: _own(
        _application(0.6, "certificate"),
        third_party=(_application(0.55, "certificate"), _third_party(0.3, "certificate")),
    ),
    FailureKind.RESPONSE_TIMEOUT: _by_kind(
        (_database(0.8, "hang"),),
        (_overload(0.25), _application(0.25, "hang")),
        (_third_party(0.6, "slow"),),
        _PATH,
    ),
    FailureKind.RESPONSE_RESET: _by_kind(
        (_database(0.65, "down"),),
        (_application(0.55, "crash"), _overload(0.2)),
        (_third_party(0.6, "down"),),
        _PATH,
    ),
    FailureKind.RESPONSE_CLOSED: _by_kind(
        (_database(0.65, "down"),),
        (_application(0.55, "crash"), _overload(0.2)),
        (_third_party(0.6, "down"),),
        _PATH,
    ),
    FailureKind.RESPONSE_MALFORMED: _by_kind(
        (_database(0.55, "protocol"),),
        (_application(0.6, "config"),),
        (_third_party(0.65, "contract"),),
        _PATH,
    ),
    FailureKind.BODY_TOO_LARGE: _own(
        _application(0.55, "config"), third_party=(_third_party(0.6, "contract"),)
    ),
    FailureKind.TOO_MANY_REDIRECTS: _own(
        _application(0.65, "config"), third_party=(_third_party(0.6, "contract"),)
    ),
    FailureKind.REDIRECT_FORBIDDEN: _own(
        _application(0.55, "config"), third_party=(_third_party(0.5, "contract"),)
    ),
    # What a status says depends on its class and on what else fails.
    FailureKind.STATUS_UNEXPECTED: _own(
        _application(0.3), third_party=(_third_party(0.35, "down"),)
    ),
    FailureKind.HEADER_UNEXPECTED: _own(
        _application(0.55, "config"), third_party=(_third_party(0.65, "contract"),)
    ),
    FailureKind.BODY_UNEXPECTED: _own(
        _application(0.55, "config"), third_party=(_third_party(0.65, "contract"),)
    ),
    FailureKind.CONTRACT_BROKEN: _own(
        _application(0.65, "config"), third_party=(_third_party(0.8, "contract"),)
    ),
    FailureKind.PROVIDER_ERROR: _own(_application(0.3), third_party=(_third_party(0.5, "down"),)),
    FailureKind.BANNER_UNEXPECTED: _by_kind(
        (_database(0.4, "protocol"),),
        (_application(0.6, "config"),),
        (_third_party(0.6, "contract"),),
        _PATH,
    ),
    FailureKind.VALUE_UNEXPECTED: _by_kind(
        (_database(0.65, "data"),),
        (_application(0.55, "config"),),
        (_third_party(0.6, "contract"),),
        _PATH,
    ),
    FailureKind.LOGIN_REJECTED: _everywhere(_application(0.85, "credential")),
    # A server that turns us away by code: the code tables say why.
    FailureKind.SERVER_REJECTED: _by_kind(
        (_database(0.6, "rejecting"),),
        (_overload(0.3), _application(0.3)),
        (_third_party(0.5, "down"),),
        _PATH,
    ),
    FailureKind.QUERY_FAILED: _by_kind((_database(0.6, "query"),), (_application(0.4),)),
    FailureKind.QUERY_TIMEOUT: _by_kind((_database(0.8, "slow"),), (_application(0.3),)),
    FailureKind.WRITE_FAILED: _by_kind((_database(0.75, "write"),), (_application(0.4),)),
    FailureKind.WRITE_TIMEOUT: _by_kind((_database(0.8, "slow"),), (_application(0.3),)),
    FailureKind.THRESHOLD_EXCEEDED: _by_kind(
        (_database(0.6, "slow"),), (_overload(0.25),), (_third_party(0.5, "slow"),), _PATH
    ),
    FailureKind.SILENT: _by_kind(
        (_database(0.3),), (_application(0.45, "silent"),), (_third_party(0.4),)
    ),
    # A plugin or a job of the operator says so, in its own words.
    FailureKind.REPORTED: _by_kind(
        (_database(0.4, "reported"),),
        (_application(0.4, "reported"),),
        (_third_party(0.4, "reported"),),
        (_network(0.4, "reported"),),
    ),
    FailureKind.LOCAL_RESOURCE: _everywhere(_monitor(0.95, "local_resource")),
    FailureKind.PROBE_BUG: _everywhere(_monitor(0.95, "probe")),
}

# What fails on the monitor's side says nothing of the target.
OWN_FAILURES = frozenset({FailureKind.LOCAL_RESOURCE, FailureKind.PROBE_BUG})
# Failures on the way to a component: nothing that it depends on can show like this.
BLAMELESS = frozenset(
    {
        FailureKind.NAME_NOT_FOUND,
        FailureKind.NAME_SERVER_FAILURE,
        FailureKind.NAME_TIMEOUT,
        FailureKind.CONNECT_REFUSED,
        FailureKind.CONNECT_TIMEOUT,
        FailureKind.CONNECT_UNREACHABLE,
        FailureKind.PROXY_FAILED,
        FailureKind.TLS_EXPIRED,
        FailureKind.TLS_NOT_YET_VALID,
        FailureKind.TLS_WRONG_HOST,
        FailureKind.TLS_UNTRUSTED,
        FailureKind.TLS_HANDSHAKE,
        FailureKind.TLS_PLAINTEXT,
        FailureKind.TLS_CLIENT_CERTIFICATE,
        FailureKind.TLS_PINNED_KEY,
        FailureKind.LOGIN_REJECTED,
        *OWN_FAILURES,
    }
)
# A name that does not exist is a fact about one zone, so it is not among these two.
NAME_FAILURES = frozenset({FailureKind.NAME_SERVER_FAILURE, FailureKind.NAME_TIMEOUT})
# How a path that is cut, rather than a target that is down, shows at several targets.
PATH_FAILURES = NAME_FAILURES | {
    FailureKind.CONNECT_REFUSED,
    FailureKind.CONNECT_TIMEOUT,
    FailureKind.CONNECT_UNREACHABLE,
}
CLOCK_FAILURES = frozenset({FailureKind.TLS_EXPIRED, FailureKind.TLS_NOT_YET_VALID})
REJECTED_STATUSES = frozenset({401, 403})
# Checks that watch or count instead of asking the target to do its work.
OBSERVERS = frozenset({"host", "promql", "logs", "heartbeat", "status_page", "ics", "icmp", "dns"})
