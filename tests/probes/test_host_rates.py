"""What a host's counters gained since an earlier run is a rate, and limits say what it means."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from monitor.model.observation import FailureKind, Outcome
from monitor.model.signals import SignalKind
from tests.probes.conftest import kind_of
from tests.probes.host_stand import CPU_0, ETH_0, Host, watched_host
from tests.probes.host_world import NOW


@pytest_asyncio.fixture
async def host() -> AsyncIterator[Host]:
    async with watched_host() as host:
        yield host


# What grows within 10 s, the signal that shows it, its value and the verdict.
MOVES: dict[str, tuple[dict[str, float], SignalKind, float, Outcome]] = {
    "cpu waits a little": (
        {"node_pressure_cpu_waiting_seconds_total": 1},
        SignalKind.CPU_PRESSURE_RATIO,
        0.1,
        Outcome.OK,
    ),
    "cpu waits": (
        {"node_pressure_cpu_waiting_seconds_total": 3},
        SignalKind.CPU_PRESSURE_RATIO,
        0.3,
        Outcome.DEGRADED,
    ),
    "cpu starves": (
        {"node_pressure_cpu_waiting_seconds_total": 8},
        SignalKind.CPU_PRESSURE_RATIO,
        0.8,
        Outcome.FAILED,
    ),
    "memory thrashes": (
        {"node_pressure_memory_stalled_seconds_total": 1},
        SignalKind.MEMORY_PRESSURE_RATIO,
        0.1,
        Outcome.DEGRADED,
    ),
    "a nightly backup": (
        {"node_pressure_io_stalled_seconds_total": 1},
        SignalKind.IO_PRESSURE_RATIO,
        0.1,
        Outcome.OK,
    ),
    "disks stall": (
        {"node_pressure_io_stalled_seconds_total": 4},
        SignalKind.IO_PRESSURE_RATIO,
        0.4,
        Outcome.DEGRADED,
    ),
    "neighbours take cpu": (
        {CPU_0 % "steal": 3, CPU_0 % "user": 7},
        SignalKind.CPU_STEAL_RATIO,
        0.3,
        Outcome.DEGRADED,
    ),
    "cpu is used": (
        {CPU_0 % "user": 9, CPU_0 % "idle": 0.5, CPU_0 % "iowait": 0.5},
        SignalKind.CPU_USED_RATIO,
        0.9,
        Outcome.OK,
    ),
    "the quota is used up": (
        {
            "container_cpu_cfs_periods_total": 100,
            "container_cpu_cfs_throttled_periods_total": 60,
        },
        SignalKind.THROTTLED_RATIO,
        0.6,
        Outcome.OK,
    ),
    "accept queues overflow": (
        {"node_netstat_TcpExt_ListenOverflows": 5},
        SignalKind.LISTEN_OVERFLOW_RATE,
        0.5,
        Outcome.DEGRADED,
    ),
    "a rush": (
        {"node_netstat_TcpExt_SyncookiesSent": 100, "node_netstat_TcpExt_SyncookiesRecv": 95},
        SignalKind.SYNCOOKIES_RECV_RATIO,
        0.95,
        Outcome.OK,
    ),
    "a flood with invented senders": (
        {"node_netstat_TcpExt_SyncookiesSent": 1000, "node_netstat_TcpExt_SyncookiesRecv": 20},
        SignalKind.SYNCOOKIES_RECV_RATIO,
        0.02,
        Outcome.DEGRADED,
    ),
    "connections come": (
        {"node_netstat_Tcp_PassiveOpens": 300},
        SignalKind.PASSIVE_OPENS_RATE,
        30,
        Outcome.OK,
    ),
    "segments are lost": (
        {"node_netstat_Tcp_OutSegs": 1000, "node_netstat_Tcp_RetransSegs": 50},
        SignalKind.RETRANSMIT_RATIO,
        0.05,
        Outcome.DEGRADED,
    ),
    "packets are small": (
        {ETH_0 % "packets": 100_000, ETH_0 % "bytes": 6_000_000},
        SignalKind.RECEIVED_PACKET_BYTES,
        60,
        Outcome.OK,
    ),
    "packets are many": (
        {ETH_0 % "packets": 100_000, ETH_0 % "bytes": 6_000_000},
        SignalKind.RECEIVED_PACKET_RATE,
        10_000,
        Outcome.OK,
    ),
    "a process is killed for memory": (
        {"node_vmstat_oom_kill": 1},
        SignalKind.OOM_KILLS,
        1,
        Outcome.DEGRADED,
    ),
}


@pytest.mark.parametrize("case", MOVES)
async def test_what_grew_since_the_run_before_is_a_rate(host: Host, case: str) -> None:
    grown, kind, value, outcome = MOVES[case]
    await host.probe()
    host.pass_seconds(10, **grown)

    seen = await host.probe()

    assert seen.signal(kind) == pytest.approx(value)
    assert seen.outcome is outcome
    if outcome is not Outcome.OK:
        assert kind_of(seen) is FailureKind.THRESHOLD_EXCEEDED
        assert seen.failure is not None
        assert kind.value in seen.failure.detail


async def test_a_share_of_a_few_events_is_no_figure(host: Host) -> None:
    await host.probe()
    few = {
        "node_netstat_TcpExt_SyncookiesSent": 9,
        "node_netstat_Tcp_OutSegs": 20,
        "node_netstat_Tcp_RetransSegs": 10,
    }
    host.pass_seconds(10, **few)

    seen = await host.probe()

    assert seen.outcome is Outcome.OK
    assert seen.signal(SignalKind.SYNCOOKIES_RECV_RATIO) is None
    assert seen.signal(SignalKind.RETRANSMIT_RATIO) is None


async def test_rates_are_taken_over_the_time_that_the_check_says(host: Host) -> None:
    """A short burst between two runs two seconds apart is averaged, and then forgotten."""
    await host.probe(rate_over=10)
    shares = []
    for waited in (2.0, 0, 0, 0, 0, 0, 0):
        host.pass_seconds(2, node_pressure_cpu_waiting_seconds_total=waited)
        seen = await host.probe(rate_over=10)
        shares.append(seen.signal(SignalKind.CPU_PRESSURE_RATIO))

    assert shares == pytest.approx([1.0, 0.5, 1 / 3, 0.25, 0.2, 0.0, 0.0], abs=1e-5)


async def test_a_killed_process_is_shown_for_as_long_as_the_check_says(host: Host) -> None:
    await host.probe(events_over="5m")
    host.pass_seconds(30, node_vmstat_oom_kill=2)
    counts = []
    for _ in range(6):
        counts.append((await host.probe(events_over="5m")).signal(SignalKind.OOM_KILLS))
        host.pass_seconds(75)

    assert counts == [2, 2, 2, 2, 0, 0]


async def test_a_reboot_is_seen_and_gives_no_rates(host: Host) -> None:
    await host.probe()
    host.pass_seconds(40)
    host.figures |= {
        "node_boot_time_seconds": NOW + 10,
        "node_netstat_TcpExt_ListenOverflows": 0,
        "node_netstat_Tcp_PassiveOpens": 4,
    }

    seen = await host.probe()

    assert seen.signal(SignalKind.REBOOTED) is True
    assert seen.signal(SignalKind.UPTIME_SECONDS) == 30
    assert seen.signal(SignalKind.LISTEN_OVERFLOW_RATE) is None
    assert seen.signal(SignalKind.PASSIVE_OPENS_RATE) is None
