"""The dns probe asks several servers and says who answers what, wrongly or not at all."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from monitor.clock import SystemClock
from monitor.model.observation import FailureKind, Observation, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from tests.probes.conftest import LONG_SECONDS, Probe, make_check
from tests.probes.seen import kind_of
from tests.probes.zone_server import Zone, zone_server
from tests.support.polling import eventually_async
from tests.support.programs import free_port

RECORDS = {
    ("pay.test", "A"): ["192.0.2.20", "192.0.2.10"],
    ("pay.test", "AAAA"): ["2001:db8::10"],
    ("pay.test", "MX"): ["10 mail.pay.test", "20 backup.pay.test"],
    ("pay.test", "TXT"): ["v=spf1 -all", "part one|part two"],
    ("pay.test", "NS"): ["localhost"],
    ("pay.test", "SOA"): ["ns1.pay.test hostmaster.pay.test 2026112301 3600 600 86400 60"],
    ("www.pay.test", "CNAME"): ["pay.test"],
    ("_pay._tcp.pay.test", "SRV"): ["1 5 8443 api.pay.test"],
}

SHOWN = {
    "A": ("pay.test", "192.0.2.10, 192.0.2.20"),
    "AAAA": ("pay.test", "2001:db8::10"),
    "MX": ("pay.test", "10 mail.pay.test, 20 backup.pay.test"),
    "TXT": ("pay.test", "part onepart two, v=spf1 -all"),
    "NS": ("pay.test", "localhost"),
    "SOA": ("pay.test", "ns1.pay.test hostmaster.pay.test 2026112301 3600 600 86400 60"),
    "CNAME": ("www.pay.test", "pay.test"),
    "SRV": ("_pay._tcp.pay.test", "1 5 8443 api.pay.test"),
}


@pytest_asyncio.fixture
async def server() -> AsyncIterator[str]:
    async with zone_server(Zone(RECORDS)) as address:
        yield address


def _values(observation: Observation, kind: SignalKind) -> list[object]:
    return [each.value for each in observation.signals if each.kind is kind]


@pytest.mark.parametrize("record", SHOWN)
async def test_every_type_of_record_is_read(probe: Probe, server: str, record: str) -> None:
    name, shown = SHOWN[record]
    observation = await probe("dns", name=name, record=record, servers=[server])

    assert observation.outcome is Outcome.OK
    assert observation.signal(SignalKind.DNS_ANSWER) == shown
    assert observation.signal(SignalKind.RESOLVE_RCODE) == "NOERROR"
    assert observation.signal(SignalKind.DNS_TTL_SECONDS) == 60
    assert set(observation.phases) == {Phase.RESOLVE}


async def test_an_alias_is_followed_to_the_address(probe: Probe, server: str) -> None:
    observation = await probe("dns", name="www.pay.test", servers=[server])

    assert observation.signal(SignalKind.DNS_ANSWER) == "192.0.2.10, 192.0.2.20"


async def test_the_servers_of_the_system_are_asked_where_none_are_given(server: str) -> None:
    prober = Prober(SystemClock(), nameservers=[server])
    observation = await prober.probe(make_check("dns", name="pay.test"))
    await prober.close()

    assert observation.outcome is Outcome.OK
    assert observation.signals[0].detail == server


FAULTS: dict[str, tuple[Zone, FailureKind, str]] = {
    "no such name": (Zone(), FailureKind.NAME_NOT_FOUND, "NXDOMAIN"),
    "no such record": (
        Zone({("pay.test", "MX"): ["1 m.test"]}),
        FailureKind.NAME_NOT_FOUND,
        "NODATA",
    ),
    "server fails": (Zone(rcode="SERVFAIL"), FailureKind.NAME_SERVER_FAILURE, "SERVFAIL"),
    "server refuses": (Zone(rcode="REFUSED"), FailureKind.NAME_SERVER_FAILURE, "REFUSED"),
    "server is silent": (Zone(silent=True), FailureKind.NAME_TIMEOUT, "TIMEOUT"),
    "answer is garbage": (Zone(garbage=b"\0\0\0\5"), FailureKind.NAME_SERVER_FAILURE, "BADRESP"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_of_a_name_has_its_kind(probe: Probe, fault: str) -> None:
    zone, kind, rcode = FAULTS[fault]
    async with zone_server(zone) as address:
        observation = await probe("dns", timeout=2, name="pay.test", servers=[address])

    assert observation.outcome is Outcome.FAILED
    assert (kind_of(observation), observation.stage) == (kind, Stage.RESOLVE)
    assert observation.signal(SignalKind.RESOLVE_RCODE) == rcode
    assert observation.duration_seconds < LONG_SECONDS


async def test_a_server_that_is_not_there_is_a_failure_with_its_errno(probe: Probe) -> None:
    observation = await probe("dns", name="pay.test", servers=[f"127.0.0.1:{free_port()}"])

    assert kind_of(observation) is FailureKind.NAME_SERVER_FAILURE
    assert observation.signal(SignalKind.ERRNO) == "ECONNREFUSED"
    assert observation.signal(SignalKind.RESOLVE_RCODE) == "UNREACHABLE"


async def test_a_reason_that_the_server_gives_is_a_signal(probe: Probe) -> None:
    zone = Zone(rcode="SERVFAIL", extended=(7, "signature expired"))
    async with zone_server(zone) as address:
        observation = await probe("dns", name="pay.test", servers=[address])

    (signal,) = (each for each in observation.signals if each.kind is SignalKind.DNS_EXTENDED_ERROR)
    assert (signal.value, signal.detail) == (7, f"{address} signature expired")


async def test_a_lost_packet_is_sent_again_and_a_forged_answer_is_not_taken(probe: Probe) -> None:
    zone = Zone(RECORDS, loses=1, forges=True)
    async with zone_server(zone) as address:
        observation = await probe("dns", timeout=1, name="pay.test", servers=[address])

    assert observation.outcome is Outcome.OK
    assert len(zone.asked) == 2


async def test_an_answer_that_is_cut_is_asked_for_over_tcp(probe: Probe) -> None:
    zone = Zone(RECORDS, truncates=True)
    async with zone_server(zone) as address:
        observation = await probe("dns", name="pay.test", servers=[address])

    assert observation.signal(SignalKind.DNS_ANSWER) == "192.0.2.10, 192.0.2.20"
    assert [transport for transport, _ in zone.asked] == ["udp", "tcp"]


EXPECTATIONS: dict[str, tuple[dict[str, Any], FailureKind | None]] = {
    "exactly these": ({"expect_answers": ["192.0.2.10", "192.0.2.20"]}, None),
    "one is missing": ({"expect_answers": ["192.0.2.10"]}, FailureKind.VALUE_UNEXPECTED),
    "within a prefix": ({"expect_prefixes": ["10.0.0.0/8", "192.0.2.0/24"]}, None),
    "one is outside": ({"expect_prefixes": ["192.0.2.16/28"]}, FailureKind.VALUE_UNEXPECTED),
    "address in long form": (
        {"record": "AAAA", "expect_answers": ["2001:DB8:0:0::10"]},
        None,
    ),
    "name with a dot and capitals": (
        {"record": "MX", "expect_answers": ["10 Mail.pay.test.", "20 backup.pay.test"]},
        None,
    ),
    "text with its case": (
        {"record": "TXT", "expect_answers": ["V=spf1 -all", "part onepart two"]},
        FailureKind.VALUE_UNEXPECTED,
    ),
    "a name that must not be there": ({"expect_rcode": "NXDOMAIN"}, FailureKind.VALUE_UNEXPECTED),
    "a name that is not there": ({"name": "x.test", "expect_rcode": "NXDOMAIN"}, None),
}


@pytest.mark.parametrize("case", EXPECTATIONS)
async def test_answers_are_compared_with_what_is_expected(
    probe: Probe, server: str, case: str
) -> None:
    fields, kind = EXPECTATIONS[case]
    observation = await probe("dns", **{"name": "pay.test", "servers": [server], **fields})

    assert kind_of(observation) is kind
    assert observation.outcome is (Outcome.FAILED if kind else Outcome.OK)
    assert observation.stage is (Stage.SEMANTIC if kind else Stage.RESOLVE)


async def test_one_server_of_two_that_is_dead_degrades(probe: Probe, server: str) -> None:
    async with zone_server(Zone(silent=True)) as dead:
        observation = await probe("dns", timeout=2, name="pay.test", servers=[dead, server])

    assert observation.outcome is Outcome.DEGRADED
    assert kind_of(observation) is FailureKind.NAME_TIMEOUT
    assert _values(observation, SignalKind.RESOLVE_RCODE) == ["TIMEOUT", "NOERROR"]


@pytest.mark.parametrize(("require", "outcome"), [(True, Outcome.DEGRADED), (False, Outcome.OK)])
async def test_servers_that_disagree_are_a_signal(
    probe: Probe, server: str, require: bool, outcome: Outcome
) -> None:
    async with zone_server(Zone({("pay.test", "A"): ["198.51.100.7"]})) as other:
        observation = await probe(
            "dns", name="pay.test", servers=[server, other], require_agreement=require
        )

    assert observation.outcome is outcome
    assert observation.signal(SignalKind.DNS_DISAGREEMENT) == 2


async def test_of_a_long_answer_only_the_beginning_is_kept(probe: Probe, server: str) -> None:
    long = "|".join(["x" * 200] * 50)
    async with zone_server(Zone({("pay.test", "TXT"): [long]})) as other:
        observation = await probe("dns", name="pay.test", record="TXT", servers=[other, server])

    assert observation.outcome is Outcome.DEGRADED
    assert observation.failure is not None
    texts = [observation.failure.detail]
    texts += [part for each in observation.signals for part in (str(each.value), each.detail)]
    assert max(map(len, texts)) == 500


async def test_a_foreign_answer_of_one_server_fails_whatever_the_others_say(
    probe: Probe, server: str
) -> None:
    async with zone_server(Zone({("pay.test", "A"): ["127.0.0.1"]})) as hijacked:
        observation = await probe(
            "dns", name="pay.test", servers=[server, hijacked], expect_prefixes=["192.0.2.0/24"]
        )

    assert observation.outcome is Outcome.FAILED
    assert observation.failure is not None
    assert (
        observation.failure.detail == f"{hijacked}: 127.0.0.1 is in none of the expected prefixes"
    )


async def test_the_zones_own_server_is_asked_without_recursion(probe: Probe, server: str) -> None:
    zone = Zone(RECORDS, authoritative=True)
    async with zone_server(zone) as own:
        good = await probe("dns", name="pay.test", servers=[server], authoritative=[own])
        lame = await probe("dns", name="pay.test", servers=[server], authoritative=[server])

    assert good.outcome is Outcome.OK
    assert zone.recursion == [False]
    assert lame.outcome is Outcome.DEGRADED
    assert kind_of(lame) is FailureKind.NAME_SERVER_FAILURE


async def test_a_record_that_the_zone_lost_is_seen_before_caches_forget_it(
    probe: Probe, server: str
) -> None:
    async with zone_server(Zone(authoritative=True)) as own:
        observation = await probe("dns", name="pay.test", servers=[server], authoritative=[own])

    assert observation.outcome is Outcome.DEGRADED
    assert kind_of(observation) is FailureKind.NAME_NOT_FOUND
    assert observation.signal(SignalKind.DNS_DISAGREEMENT) == 2


@pytest.mark.parametrize("name", ["ns/1.pay.test", "ns 1.pay.test", "", "ns:x.pay.test"])
async def test_a_zone_that_names_no_servers_is_told(probe: Probe, name: str) -> None:
    records = {("pay.test", "A"): ["198.51.100.7"], ("pay.test", "NS"): [name]}
    async with zone_server(Zone(records)) as server:
        observation = await probe("dns", name="pay.test", servers=[server], zone="pay.test")

    assert observation.outcome is Outcome.DEGRADED
    assert kind_of(observation) in {FailureKind.NAME_SERVER_FAILURE, FailureKind.NAME_NOT_FOUND}


async def test_the_servers_of_a_zone_are_found_and_asked(probe: Probe, server: str) -> None:
    zone = Zone(RECORDS, authoritative=True)
    async with zone_server(zone) as own:
        port = int(own.rpartition(":")[2])
        found = await probe("dns", name="pay.test", servers=[server], zone="pay.test", port=port)
        absent = await probe("dns", name="pay.test", servers=[server], zone="other.test")

    assert found.outcome is Outcome.OK
    assert zone.asked == [("udp", "pay.test A")]
    assert absent.outcome is Outcome.DEGRADED
    assert kind_of(absent) is FailureKind.NAME_NOT_FOUND


async def test_slow_but_right_is_degraded(probe: Probe) -> None:
    async with zone_server(Zone(RECORDS, loses=1)) as address:
        observation = await probe(
            "dns", timeout=2, name="pay.test", servers=[address], degraded_after="100ms"
        )

    assert observation.outcome is Outcome.DEGRADED
    assert kind_of(observation) is FailureKind.THRESHOLD_EXCEEDED


async def test_no_descriptor_is_left_after_faults(probe: Probe) -> None:
    async def round_of_faults() -> None:
        for zone, _, _ in FAULTS.values():
            async with zone_server(zone) as address:
                await probe("dns", timeout=0.1, name="pay.test", servers=[address, "127.0.0.1:1"])

    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    await round_of_faults()
    before = descriptors()
    await round_of_faults()

    await eventually_async(lambda: descriptors() <= before)
