"""What one look at a host shows is judged at once: memory, disks, files, tables, clocks."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from monitor.model.observation import Outcome, Stage
from monitor.model.signals import SignalKind
from tests.probes.host_stand import Host, of_kind, watched_host
from tests.probes.host_world import NOW, disk


@pytest_asyncio.fixture
async def host() -> AsyncIterator[Host]:
    async with watched_host() as host:
        yield host


async def test_a_healthy_host_is_ok_and_shows_what_one_look_can_tell(host: Host) -> None:
    seen = await host.probe()

    assert seen.outcome is Outcome.OK
    assert seen.stage is Stage.SEMANTIC
    assert seen.signal(SignalKind.MEMORY_AVAILABLE_RATIO) == 0.5
    assert seen.signal(SignalKind.ESTABLISHED_CONNECTIONS) == 25
    assert of_kind(seen, SignalKind.FD_USED_RATIO) == [(0.01, "system"), (0.01, "process")]
    assert seen.signal(SignalKind.UPTIME_SECONDS) == 3600
    assert seen.signal(SignalKind.HOST_CLOCK_SYNCHRONISED) is True
    assert seen.signal(SignalKind.CPU_PRESSURE_RATIO) is None


STATES: dict[str, tuple[dict[str, float], SignalKind, object, Outcome]] = {
    "little memory": (
        {"node_memory_MemAvailable_bytes": 0.5e9},
        SignalKind.MEMORY_AVAILABLE_RATIO,
        0.03125,
        Outcome.DEGRADED,
    ),
    "disk nearly full": (
        disk("/", avail_bytes=40),
        SignalKind.DISK_FREE_RATIO,
        0.04,
        Outcome.DEGRADED,
    ),
    "disk full": (disk("/", avail_bytes=0), SignalKind.DISK_FREE_RATIO, 0, Outcome.FAILED),
    "no inodes": (disk("/", files_free=0), SignalKind.INODES_FREE_RATIO, 0, Outcome.FAILED),
    "no count of inodes": (
        disk("/", files=0, files_free=0),
        SignalKind.INODES_FREE_RATIO,
        None,
        Outcome.OK,
    ),
    "a full image": (
        disk("/snap/x", file_system="squashfs", avail_bytes=0),
        SignalKind.DISK_FREE_RATIO,
        None,
        Outcome.OK,
    ),
    "a full share of another machine": (
        disk("/net", file_system="nfs4", avail_bytes=0),
        SignalKind.DISK_FREE_RATIO,
        None,
        Outcome.OK,
    ),
    "files run out": (
        {"node_filefd_allocated": 95_000},
        SignalKind.FD_USED_RATIO,
        0.95,
        Outcome.DEGRADED,
    ),
    "the firewall's table is full": (
        {"node_nf_conntrack_entries": 65536},
        SignalKind.CONNTRACK_USED_RATIO,
        1,
        Outcome.FAILED,
    ),
    "the clock is behind": (
        {"node_time_seconds": NOW - 3},
        SignalKind.HOST_CLOCK_OFFSET_SECONDS,
        -3,
        Outcome.DEGRADED,
    ),
    "the kernel says the clock is off": (
        {"node_timex_offset_seconds": 0.7},
        SignalKind.HOST_CLOCK_OFFSET_SECONDS,
        0.7,
        Outcome.DEGRADED,
    ),
    "nobody keeps the clock": (
        {"node_timex_sync_status": 0},
        SignalKind.HOST_CLOCK_SYNCHRONISED,
        False,
        Outcome.OK,
    ),
}


@pytest.mark.parametrize("case", STATES)
async def test_what_one_look_shows_is_judged_at_once(host: Host, case: str) -> None:
    changed, kind, value, outcome = STATES[case]
    host.figures |= changed

    seen = await host.probe()

    assert seen.signal(kind) == value
    assert seen.outcome is outcome


async def test_the_fullest_mount_comes_first_and_is_named(host: Host) -> None:
    host.figures |= disk("/") | disk("/var", avail_bytes=10) | disk("/srv", avail_bytes=30)

    seen = await host.probe()

    disks = of_kind(seen, SignalKind.DISK_FREE_RATIO)
    assert disks == [(0.01, "/var"), (0.03, "/srv"), (0.5, "/")]
    assert seen.failure is not None
    assert seen.failure.detail.startswith("disk_free_ratio 1 % (/var) is below 5 %")


async def test_a_disk_that_is_mounted_at_several_places_is_shown_once(host: Host) -> None:
    host.figures |= disk("/etc/hosts", device="/dev/x") | disk("/", device="/dev/x")

    seen = await host.probe()

    assert of_kind(seen, SignalKind.DISK_FREE_RATIO) == [(0.5, "/")]


async def test_a_mount_that_is_named_is_looked_at_whatever_its_type(host: Host) -> None:
    host.figures |= disk("/") | disk("/ram", file_system="tmpfs", avail_bytes=0)

    seen = await host.probe(mounts=["/ram"])

    assert of_kind(seen, SignalKind.DISK_FREE_RATIO) == [(0.0, "/ram")]
    assert seen.outcome is Outcome.FAILED


async def test_a_mount_that_is_named_and_not_there_is_a_failure(host: Host) -> None:
    host.figures |= disk("/")

    seen = await host.probe(mounts=["/", "/var/lib/postgresql"])

    assert of_kind(seen, SignalKind.DISK_MISSING) == [(True, "/var/lib/postgresql")]
    assert seen.failure is not None
    assert seen.failure.detail == "disk_missing (/var/lib/postgresql)"
    assert seen.signal(SignalKind.MEMORY_AVAILABLE_RATIO) == 0.5


async def test_a_disk_that_turns_read_only_is_a_failure_and_an_image_is_not(host: Host) -> None:
    host.figures |= disk("/") | disk("/boot", readonly=1)
    before = await host.probe()
    host.pass_seconds(10)
    host.figures |= disk("/", readonly=1)

    after = await host.probe()

    assert before.outcome is Outcome.OK
    assert of_kind(after, SignalKind.DISK_READ_ONLY) == [(True, "/")]
    assert after.outcome is Outcome.FAILED


async def test_a_check_may_set_its_own_limits_or_none(host: Host) -> None:
    host.figures |= disk("/", avail_bytes=80) | {"node_filefd_allocated": 95_000}

    by_default = await host.probe()
    stricter = await host.probe(limits={"disk_free_ratio": {"failed": 0.1}, "fd_used_ratio": {}})
    none = await host.probe(limits={"fd_used_ratio": {}})
    never = await host.probe(judged=False)

    assert [each.outcome for each in (by_default, stricter, none, never)] == [
        Outcome.DEGRADED,
        Outcome.FAILED,
        Outcome.OK,
        Outcome.OK,
    ]
    assert never.signal(SignalKind.FD_USED_RATIO) == 0.95
