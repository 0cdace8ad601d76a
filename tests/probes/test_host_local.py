"""The machine that the monitor runs on, from /proc: real figures, absent ones, one that hangs."""

import os
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from monitor.model.observation import FailureKind, Observation, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from tests.probes.conftest import LONG_SECONDS, Probe, kind_of, make_check
from tests.probes.hand_clock import HandClock
from tests.probes.host_stand import of_kind
from tests.probes.host_world import write_proc
from tests.probes.servers import full_backlog
from tests.support.polling import eventually_async

QUIET: dict[str, Any] = {"judged": False, "rate_over": 0.1}


async def test_this_machine_is_read(probe: Probe) -> None:
    seen = await probe("host", **QUIET)

    assert seen.outcome is Outcome.OK
    assert seen.stage is Stage.SEMANTIC
    assert set(seen.phases) == {Phase.QUERY}
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    assert seen.signal(SignalKind.UPTIME_SECONDS) == pytest.approx(uptime, abs=3)
    memory = seen.signal(SignalKind.MEMORY_AVAILABLE_RATIO)
    assert isinstance(memory, float)
    assert 0 < memory < 1


async def test_a_named_mount_is_measured_as_the_system_measures_it(probe: Probe) -> None:
    figures = os.statvfs("/")

    seen = await probe("host", mounts=["/"], **QUIET)

    ((share, where),) = of_kind(seen, SignalKind.DISK_FREE_RATIO)
    assert where == "/"
    assert share == pytest.approx(figures.f_bavail / figures.f_blocks, abs=0.02)


async def test_an_accept_queue_that_overflows_is_a_rate(probe: Probe) -> None:
    async def overflows() -> bool:
        seen = await probe("host", judged=False, rate_over=60)
        return float(seen.signal(SignalKind.LISTEN_OVERFLOW_RATE) or 0) > 0

    await probe("host", judged=False, rate_over=60)
    with full_backlog() as port, socket.socket() as another:
        another.setblocking(False)
        another.connect_ex(("127.0.0.1", port))
        await eventually_async(overflows)


async def _twice(before: Path, after: Path, **fields: Any) -> Observation:
    """Probe one /proc, ten seconds later another one at the same place."""
    place = before.parent / "watched"
    prober = Prober(clock := HandClock())
    try:
        shutil.copytree(before, place)
        check = make_check("host", proc=str(place), **fields)
        await prober.probe(check)
        shutil.rmtree(place)
        shutil.copytree(after, place)
        clock.move(10)
        return await prober.probe(check)
    finally:
        await prober.close()


async def test_every_figure_of_proc_is_understood(tmp_path: Path) -> None:
    before = write_proc(tmp_path / "before")
    after = write_proc(
        tmp_path / "after",
        stat="cpu  506 0 100 2010 21 0 0 13 0 0\nbtime 1\n",
        vmstat="oom_kill 4\n",
        pressure__cpu="some avg10=0.00 avg60=0.00 avg300=0.00 total=107000000\n",
        pressure__memory="some total=9\nfull avg10=0.00 total=1600000\n",
        pressure__io="some total=9\nfull avg10=0.00 total=23000000\n",
        net__netstat=(
            "TcpExt: SyncookiesSent SyncookiesRecv ListenOverflows ListenDrops\n"
            "TcpExt: 150 60 12 28\n"
        ),
        net__snmp=(
            "Tcp: MaxConn PassiveOpens CurrEstab OutSegs RetransSegs\nTcp: -1 1100 30 11000 60\n"
        ),
        net__dev="  eth0: 5600000 15000 0 0\n    lo: 1 1 0 0\n",
    )

    seen = await _twice(before, after, cgroup=str(tmp_path))

    expected = {
        SignalKind.CPU_PRESSURE_RATIO: 0.7,
        SignalKind.MEMORY_PRESSURE_RATIO: 0.06,
        SignalKind.IO_PRESSURE_RATIO: 0.3,
        SignalKind.CPU_USED_RATIO: 0.45,
        SignalKind.CPU_STEAL_RATIO: 0.15,
        SignalKind.OOM_KILLS: 1,
        SignalKind.LISTEN_OVERFLOW_RATE: 0.5,
        SignalKind.LISTEN_DROP_RATE: 2,
        SignalKind.SYNCOOKIES_SENT_RATE: 10,
        SignalKind.SYNCOOKIES_RECV_RATIO: 0.2,
        SignalKind.PASSIVE_OPENS_RATE: 10,
        SignalKind.RETRANSMIT_RATIO: 0.05,
        SignalKind.RECEIVED_PACKET_RATE: 1000,
        SignalKind.RECEIVED_PACKET_BYTES: 60,
        SignalKind.MEMORY_AVAILABLE_RATIO: 0.25,
        SignalKind.FD_USED_RATIO: 0.01,
        SignalKind.CONNTRACK_USED_RATIO: 0.1,
        SignalKind.ESTABLISHED_CONNECTIONS: 30,
    }
    for kind, value in expected.items():
        assert seen.signal(kind) == pytest.approx(value, rel=1e-4), kind
    assert seen.outcome is Outcome.FAILED


async def test_throttling_is_read_from_the_cgroup_that_is_named(tmp_path: Path) -> None:
    proc = write_proc(tmp_path)
    cgroup = tmp_path / "cgroup"
    cgroup.mkdir()
    (cgroup / "cpu.stat").write_text("usage_usec 5\nnr_periods 100\nnr_throttled 10\n")
    prober = Prober(clock := HandClock())
    check = make_check("host", proc=str(proc), cgroup=str(cgroup))
    await prober.probe(check)
    (cgroup / "cpu.stat").write_text("usage_usec 9\nnr_periods 200\nnr_throttled 85\n")
    clock.move(10)

    seen = await prober.probe(check)
    await prober.close()

    assert seen.signal(SignalKind.THROTTLED_RATIO) == 0.75


async def test_a_kernel_without_pressure_figures_and_a_firewall_has_the_others(
    tmp_path: Path,
) -> None:
    proc = write_proc(tmp_path)
    shutil.rmtree(proc / "pressure")
    shutil.rmtree(proc / "sys/net")
    (proc / "vmstat").unlink()

    seen = await _twice(proc, proc)

    assert seen.outcome is Outcome.OK
    assert seen.signal(SignalKind.LISTEN_OVERFLOW_RATE) == 0
    for absent in (
        SignalKind.CPU_PRESSURE_RATIO,
        SignalKind.CONNTRACK_USED_RATIO,
        SignalKind.OOM_KILLS,
    ):
        assert seen.signal(absent) is None


async def test_a_mount_point_with_a_space_is_found(tmp_path: Path, probe: Probe) -> None:
    point = tmp_path / "my disk"
    point.mkdir()
    written = str(point).replace(" ", "\\040")
    proc = write_proc(tmp_path, mounts=f"/dev/x {written} ext4 ro,relatime 0 0\n")

    seen = await probe("host", proc=str(proc), mounts=[str(point)])

    assert of_kind(seen, SignalKind.DISK_READ_ONLY) == [(True, str(point))]
    assert seen.outcome is Outcome.FAILED


async def test_a_disk_that_is_mounted_at_several_places_is_read_once(
    tmp_path: Path, probe: Probe
) -> None:
    points = "".join(f"/dev/x {each} ext4 rw 0 0\n" for each in (tmp_path, tmp_path / "proc"))
    proc = write_proc(tmp_path, mounts=points)

    seen = await probe("host", proc=str(proc), judged=False)

    assert [each for _, each in of_kind(seen, SignalKind.DISK_FREE_RATIO)] == [str(tmp_path)]


async def test_an_empty_proc_is_a_fault_of_ours(tmp_path: Path, probe: Probe) -> None:
    seen = await probe("host", proc=str(tmp_path))

    assert kind_of(seen) is FailureKind.LOCAL_RESOURCE


async def test_a_look_that_hangs_costs_one_thread_and_ends_by_itself(
    tmp_path: Path, probe: Probe
) -> None:
    """A pipe in the place of a file blocks whoever opens it, as a disk that hangs does."""
    proc = write_proc(tmp_path)
    (proc / "uptime").unlink()
    os.mkfifo(proc / "uptime")

    hanging = await probe("host", timeout=0.2, proc=str(proc), **QUIET)
    still = await probe("host", timeout=2, proc=str(proc), **QUIET)

    assert kind_of(hanging) is FailureKind.RESPONSE_TIMEOUT
    assert hanging.duration_seconds < LONG_SECONDS
    assert kind_of(still) is FailureKind.RESPONSE_TIMEOUT
    assert still.failure is not None
    assert "has not ended" in still.failure.detail

    with (proc / "uptime").open("w") as pipe:
        pipe.write("12.5 1\n")
    (proc / "uptime").unlink()
    (proc / "uptime").write_text("12.5 1\n")

    async def returned() -> bool:
        seen = await probe("host", proc=str(proc), **QUIET)
        return seen.signal(SignalKind.REBOOTED) is True

    await eventually_async(returned)
