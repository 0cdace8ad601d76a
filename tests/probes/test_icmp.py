"""The icmp probe counts what is answered; where it may not ping it says what to allow."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from monitor.clock import SystemClock
from monitor.model.observation import FailureKind, Outcome, Stage
from monitor.model.signals import SignalKind
from monitor.probes.icmp import IcmpSpec
from monitor.probes.icmp_socket import Echo, checksum
from monitor.probes.prober import Prober
from tests.probes.conftest import Probe, make_check
from tests.probes.seen import kind_of
from tests.probes.zone_server import Zone, zone_server
from tests.support.programs import missing

ROOT = Path(__file__).parents[2]
_ISOLATED = ["unshare", "--map-root-user", "--net"]


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What every scenario showed in a network namespace of its own."""
    if subprocess.run([*_ISOLATED, "true"], capture_output=True, check=False).returncode:
        missing("a kernel that allows network namespaces (unshare --map-root-user --net)")
    done = subprocess.run(
        [*_ISOLATED, sys.executable, "-m", "tests.probes.pinging"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def _signal(observation: dict[str, Any], kind: str) -> Any:
    return next((each["value"] for each in observation["signals"] if each["kind"] == kind), None)


ANSWERED = [
    "answered",
    "answered over IPv6",
    "large",
    "unprivileged",
    "unprivileged over IPv6",
]


@pytest.mark.parametrize("name", ANSWERED)
def test_a_target_that_answers_is_ok_with_its_round_trip(seen: dict[str, Any], name: str) -> None:
    observation = seen[name]

    assert observation["outcome"] == "ok"
    assert observation["stage"] == "connect"
    assert _signal(observation, "packet_loss_ratio") == 0
    assert 0 < _signal(observation, "round_trip_seconds") < 0.1
    assert observation["phases"]["wait"] == pytest.approx(
        _signal(observation, "round_trip_seconds"), abs=1e-5
    )
    assert observation["duration_seconds"] < 1


def test_a_ping_socket_too_is_bounded_by_the_deadline(seen: dict[str, Any]) -> None:
    observation = seen["unprivileged, silent"]

    assert observation["failure"]["kind"] == "connect_timeout"
    assert observation["duration_seconds"] < 0.35


def test_silence_is_a_timeout_at_the_deadline(seen: dict[str, Any]) -> None:
    observation = seen["silent"]

    assert observation["failure"]["kind"] == "connect_timeout"
    assert observation["failure"]["detail"] == "0 of 3 answered"
    assert _signal(observation, "packet_loss_ratio") == 1
    assert 0.3 < observation["duration_seconds"] < 0.45


def test_answers_that_wait_for_a_late_loop_are_no_loss(seen: dict[str, Any]) -> None:
    assert seen["late"]["outcome"] == "ok"
    assert _signal(seen["late"], "packet_loss_ratio") == 0


def test_a_deadline_cuts_a_long_run(seen: dict[str, Any]) -> None:
    observation = seen["cut"]

    assert observation["failure"]["kind"] == "connect_timeout"
    assert observation["duration_seconds"] < 0.25


def test_loss_degrades_and_where_it_is_too_much_fails(seen: dict[str, Any]) -> None:
    for name, outcome in (("lossy", "degraded"), ("too lossy", "failed")):
        observation = seen[name]

        assert observation["outcome"] == outcome
        assert observation["failure"]["kind"] == "threshold_exceeded"
        assert _signal(observation, "limit_exceeded") == "packet_loss_ratio"
        assert 0.2 <= _signal(observation, "packet_loss_ratio") <= 0.8
        assert _signal(observation, "round_trip_seconds") > 0


def test_a_way_that_does_not_exist_is_unreachable(seen: dict[str, Any]) -> None:
    observation = seen["no way"]

    assert observation["failure"]["kind"] == "connect_unreachable"
    assert _signal(observation, "errno") == "ENETUNREACH"


def test_without_the_right_to_ping_the_fault_is_ours_and_says_what_to_do(
    seen: dict[str, Any],
) -> None:
    failure = seen["forbidden"]["failure"]

    assert failure["kind"] == "local_resource"
    assert "net.ipv4.ping_group_range" in failure["detail"]
    assert "CAP_NET_RAW" in failure["detail"]


def _may_ping() -> bool:
    low, high = map(int, Path("/proc/sys/net/ipv4/ping_group_range").read_text().split())
    if any(low <= group <= high for group in (os.getegid(), *os.getgroups())):
        return True
    try:
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).close()
    except PermissionError:
        return False
    return True


async def test_loopback_answers_this_process_where_it_may_ask(probe: Probe) -> None:
    observation = await probe("icmp", host="127.0.0.1", count=3, every="20ms")

    if _may_ping():
        assert observation.outcome is Outcome.OK
        assert observation.signal(SignalKind.PACKET_LOSS_RATIO) == 0
    else:
        assert kind_of(observation) is FailureKind.LOCAL_RESOURCE


async def test_slow_answers_degrade(probe: Probe) -> None:
    observation = await probe("icmp", host="127.0.0.1", count=1, degraded_after=1e-6)

    expected = FailureKind.THRESHOLD_EXCEEDED if _may_ping() else FailureKind.LOCAL_RESOURCE
    assert kind_of(observation) is expected


async def test_a_name_that_does_not_exist_is_not_pinged() -> None:
    async with zone_server(Zone()) as names:
        prober = Prober(SystemClock(), nameservers=[names])
        observation = await prober.probe(make_check("icmp", host="nobody.test"))
        await prober.close()

    assert kind_of(observation) is FailureKind.NAME_NOT_FOUND
    assert observation.stage is Stage.RESOLVE


def test_a_checksum_is_that_of_rfc_1071() -> None:
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0x220D
    request = Echo(family=socket.AF_INET).request(1, 57)
    assert checksum(request) == 0
    assert len(request) == 8 + 57


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_only_replies_to_our_own_requests_count(family: socket.AddressFamily) -> None:
    ours, other = Echo(family=family), Echo(family=family)
    reply_type = 0 if family is socket.AF_INET else 129
    request = ours.request(7, 56)
    reply = bytes([reply_type]) + request[1:]
    foreign = bytes([reply_type]) + other.request(7, 56)[1:]

    assert ours.sequence(reply) == 7
    assert ours.sequence(request) is None
    assert ours.sequence(foreign) is None
    assert ours.sequence(reply[:12]) is None
    if family is socket.AF_INET:
        assert ours.sequence(b"\x46" + bytes(23) + reply) == 7


@given(st.binary(max_size=80))
def test_no_packet_harms_the_reader(packet: bytes) -> None:
    for family in (socket.AF_INET, socket.AF_INET6):
        assert Echo(family=family).sequence(packet) is None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"count": 0}, "count"),
        ({"every": "1ms"}, "every"),
        ({"size": 4}, "size"),
        ({"degraded_loss": 0.5, "failed_loss": 0.4}, "failed_loss"),
        ({"degraded_loss": 20}, "degraded_loss"),
        ({"ip_version": 6}, "IPv6"),
    ],
)
def test_a_spec_that_cannot_work_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        IcmpSpec.model_validate({"host": "127.0.0.1", **fields})
