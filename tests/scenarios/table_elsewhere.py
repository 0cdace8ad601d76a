"""More mechanisms of third parties, stores, ways, names, work, attacks and the monitor itself."""

from monitor.model.cause import Cause
from monitor.model.signals import SignalKind as S
from tests.scenarios.faults import elsewhere, stores
from tests.scenarios.faults.further import frozen, ordered
from tests.scenarios.further import further_scenario
from tests.scenarios.scenario import Need, cite

_NETWORK = frozenset({Need.NAMESPACES})
_CHANNEL = "channel-a"
_OUTSIDE = ("channel-a", "channel-b", "pages")

ELSEWHERE = (
    further_scenario(
        17,
        "channel A's certificate expired",
        elsewhere.channel_certificate_expired,
        Cause.THIRD_PARTY_INTERFACE,
        _CHANNEL,
        must_cite=(cite("expired", S.FAILURE_KIND, S.TLS_VERIFY_CODE),),
    ),
    further_scenario(
        18,
        "channel A says system error within HTTP 200",
        ordered(_CHANNEL, down=200, body={"code": "SYSTEM_ERROR"}),
        Cause.THIRD_PARTY_INTERFACE,
        _CHANNEL,
        must_cite=(cite("its code", S.PROVIDER_CODE),),
    ),
    further_scenario(
        19,
        "channel A's server of tokens is down",
        ordered(_CHANNEL, grants_nothing=True),
        Cause.THIRD_PARTY_INTERFACE,
        _CHANNEL,
        must_cite=(cite("no token", S.TOKEN_FAULT, S.FAILURE_KIND),),
    ),
    further_scenario(
        20,
        "channel A fails in half of its answers",
        ordered(_CHANNEL, down=502, down_share=0.5),
        Cause.THIRD_PARTY_INTERFACE,
        _CHANNEL,
    ),
    further_scenario(
        21,
        "channel A's announced work is over, its trouble is not",
        elsewhere.work_ends_and_trouble_does_not,
        Cause.MAINTENANCE,
        _CHANNEL,
        must_cite=(cite("the announcement", S.ANNOUNCEMENT, S.WINDOW),),
    ),
    further_scenario(
        22,
        "channel A down during work of ours on something else",
        elsewhere.channel_down_during_our_work,
        Cause.THIRD_PARTY_INTERFACE,
        _CHANNEL,
    ),
    further_scenario(
        23,
        "the firewall rejects what goes to the channels",
        elsewhere.on_the_way_out("reject"),
        Cause.NETWORK_FAULT,
        *_OUTSIDE,
        needs=_NETWORK,
    ),
    further_scenario(
        24,
        "a third of the packets to the channels is lost",
        elsewhere.on_the_way_out("numgen random mod 100 < 35 drop"),
        Cause.NETWORK_FAULT,
        *_OUTSIDE,
        needs=_NETWORK,
    ),
    further_scenario(
        25,
        "the monitor's cable is cut",
        elsewhere.monitor_cut_off,
        Cause.MONITOR_FAULT,
        "monitor",
        must_cite=(),
        needs=_NETWORK,
    ),
    further_scenario(
        26,
        "our name leads elsewhere",
        elsewhere.edge_name_astray,
        Cause.NETWORK_FAULT,
        "edge",
        needs=_NETWORK,
    ),
    further_scenario(
        27,
        "the edge passes requests on to nobody",
        elsewhere.upstream_misconfigured,
        Cause.APPLICATION_FAULT,
        "edge",
        "quota-function",
        "pay-function",
    ),
    further_scenario(
        28,
        "stolen passwords are tried from many addresses",
        elsewhere.logins_stuffed,
        Cause.NETWORK_ATTACK,
        "edge",
        must_cite=(
            cite("logins that fail", S.AUTH_FAILURE_RATE),
            cite("many sources", S.DISTINCT_SOURCES),
        ),
        needs=_NETWORK,
    ),
    further_scenario(
        29,
        "the ledger lets nobody in any more",
        stores.mariadb_full,
        Cause.DATABASE_ANOMALY,
        "mariadb",
        must_cite=(cite("1040", S.DRIVER_CODE, values="1040"),),
    ),
    further_scenario(
        30,
        "PostgreSQL refuses to write",
        stores.postgres_read_only,
        Cause.DATABASE_ANOMALY,
        "postgres",
        must_cite=(cite("25006", S.SQLSTATE, S.READ_ONLY, S.WRITE_OK),),
    ),
    further_scenario(
        31,
        "a migration that went ahead of its release",
        stores.table_renamed,
        Cause.APPLICATION_FAULT,
        "postgres",
        must_cite=(cite("42P01", S.SQLSTATE, values="42P01"),),
    ),
    further_scenario(
        32,
        "Redis frozen",
        frozen("redis"),
        Cause.DATABASE_ANOMALY,
        "redis",
    ),
    further_scenario(
        33,
        "our name is gone from its zone",
        elsewhere.edge_name_gone,
        Cause.NETWORK_FAULT,
        "edge",
        must_cite=(cite("not found", S.FAILURE_KIND, S.RESOLVE_RCODE),),
        needs=_NETWORK,
    ),
    further_scenario(
        34,
        "channel A slow and uneven",
        ordered("relay", **{"channel-a": {"delay": 0.7, "jitter": 0.6}}),
        Cause.THIRD_PARTY_INTERFACE,
        _CHANNEL,
    ),
    further_scenario(
        35,
        "a narrow way to channel A",
        ordered("relay", **{"channel-a": {"bytes_per_second": 2500}}),
        Cause.THIRD_PARTY_INTERFACE,
        _CHANNEL,
    ),
    further_scenario(
        36,
        "the workers die, and their master does not notice",
        elsewhere.workers_killed,
        Cause.APPLICATION_FAULT,
        "credit",
    ),
)
