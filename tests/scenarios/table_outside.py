"""The labelled faults of others, of our keys and paths, of planned work and of the monitor."""

from monitor.model.cause import Cause
from monitor.model.signals import SignalKind as S
from tests.scenarios.faults import channels, own
from tests.scenarios.scenario import Need, Scenario, Truth, at, cite

_NETWORK = frozenset({Need.NAMESPACES})
_SLOW = (S.LATENCY_SECONDS, S.FAILURE_KIND)
_INSIDE = "edge credit postgres mariadb redis"

THIRD_PARTIES = (
    Scenario(
        id="O12",
        title="channel A out of service",
        fault=channels.channel_down,
        truth=Truth(
            cause=Cause.THIRD_PARTY_INTERFACE,
            components=at("channel-a"),
            must_cite=(
                cite("5xx", S.HTTP_STATUS, components="channel-a", values="502 503"),
                cite("the provider's code", S.PROVIDER_CODE, components="channel-a"),
                cite("channel B is well", S.SIBLING_STATUS, components="channel-b"),
                cite("the way out is well", S.SIBLING_STATUS, components="outside", values="ok"),
            ),
        ),
    ),
    Scenario(
        id="O13",
        title="channel A three seconds slower",
        fault=channels.channel_slow,
        truth=Truth(
            cause=Cause.THIRD_PARTY_INTERFACE,
            components=at("channel-a"),
            must_cite=(
                cite("late on the channel", *_SLOW, components="channel-a"),
                cite("channel B is well", S.SIBLING_STATUS, components="channel-b"),
                cite("our application is well", S.SIBLING_STATUS, components="credit", values="ok"),
                cite("our database is well", S.SIBLING_STATUS, components="postgres", values="ok"),
            ),
        ),
    ),
    Scenario(
        id="O14",
        title="channel A renames a field",
        fault=channels.contract_changed,
        truth=Truth(
            cause=Cause.THIRD_PARTY_INTERFACE,
            components=at("channel-a"),
            must_cite=(
                cite("the contract", S.CONTRACT_VIOLATION, components="channel-a"),
                cite("in a good answer", S.HTTP_STATUS, components="channel-a", values="200"),
            ),
        ),
    ),
)
OWN = (
    Scenario(
        id="O15",
        title="our secret at channel A is wrong",
        fault=channels.secret_rotated,
        truth=Truth(
            cause=Cause.APPLICATION_FAULT,
            components=at("channel-a"),
            must_cite=(
                cite("401 on our key", S.HTTP_STATUS, S.PROVIDER_CODE, values="401 invalid_client"),
                cite("the spare key works", S.SPARE_KEY_OK, values="True"),
            ),
        ),
    ),
    Scenario(
        id="O16",
        title="the edge shows an expired certificate",
        fault=own.certificate_expired,
        truth=Truth(
            cause=Cause.APPLICATION_FAULT,
            components=at("edge"),
            must_cite=(
                cite(
                    "expired",
                    S.TLS_VERIFY_CODE,
                    S.FAILURE_KIND,
                    components="edge",
                    values="10 tls_expired",
                ),
                cite("not on other hosts", S.SIBLING_STATUS, rules="other_certificates_hold"),
                cite("our clock is right", S.SERVER_CLOCK_OFFSET_SECONDS, rules="clocks_agree"),
            ),
        ),
    ),
    Scenario(
        id="O17",
        title="the firewall drops what goes to the channels",
        fault=channels.egress_dropped,
        needs=_NETWORK,
        truth=Truth(
            cause=Cause.NETWORK_FAULT,
            # Their pages stand on the same hosts, so the firewall drops what goes there, too.
            components=at("channel-a", "channel-b", "pages"),
            must_cite=(
                cite("two channels together", S.SIBLING_STATUS, components="channel-a channel-b"),
                cite("no connection", S.FAILURE_KIND, values="connect_timeout"),
                cite("inside is well", S.SIBLING_STATUS, components=_INSIDE, values="ok"),
            ),
        ),
    ),
    Scenario(
        id="O18",
        title="planned work goes on after its end",
        fault=own.maintenance_overruns,
        truth=Truth(
            cause=Cause.MAINTENANCE,
            components=at("edge", "quota-function", "pay-function"),
            must_cite=(cite("the calendar's entry", S.WINDOW),),
            due_after=own.WINDOW_SECONDS,
            subcause="overrun",
            told="maintenance_overrunning",
        ),
    ),
    Scenario(
        id="O19",
        title="channel A works on what it announced",
        fault=channels.maintenance_announced,
        truth=Truth(
            cause=Cause.MAINTENANCE,
            components=at("channel-a"),
            must_cite=(cite("the announcement", S.ANNOUNCEMENT, S.WINDOW),),
            covered=at("channel-a"),
        ),
    ),
    Scenario(
        id="O20",
        title="the monitor's resolver is dead",
        fault=own.resolver_dead,
        needs=_NETWORK,
        truth=Truth(
            cause=Cause.MONITOR_FAULT,
            components=at("monitor"),
            must_cite=(
                cite("names fail", S.FAILURE_KIND, S.RESOLVE_RCODE),
                cite("anchors answer", S.STAGE_REACHED, components="outside"),
                cite("ours answer by address", S.STAGE_REACHED, components=_INSIDE),
            ),
        ),
    ),
)
