"""One look at a host: raw counters and gauges, whichever source they come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto


class Raw(Enum):
    """What a host counts or measures; counters grow until it reboots."""

    # Counters: seconds, events, segments, bytes.
    CPU_WAITING = auto()
    MEMORY_STALLED = auto()
    IO_STALLED = auto()
    CPU_TIME = auto()
    CPU_IDLE = auto()
    CPU_STEAL = auto()
    PERIODS = auto()
    PERIODS_THROTTLED = auto()
    OOM_KILLS = auto()
    LISTEN_OVERFLOWS = auto()
    LISTEN_DROPS = auto()
    SYNCOOKIES_SENT = auto()
    SYNCOOKIES_RECEIVED = auto()
    PASSIVE_OPENS = auto()
    SEGMENTS_SENT = auto()
    SEGMENTS_REPEATED = auto()
    PACKETS_RECEIVED = auto()
    BYTES_RECEIVED = auto()
    # Gauges.
    MEMORY_TOTAL = auto()
    MEMORY_AVAILABLE = auto()
    FILES_OPEN = auto()
    FILES_MOST = auto()
    PROCESS_FILES_OPEN = auto()
    PROCESS_FILES_MOST = auto()
    ESTABLISHED = auto()
    CONNTRACK_ENTRIES = auto()
    CONNTRACK_MOST = auto()
    TIME = auto()
    BOOT_TIME = auto()
    UPTIME = auto()
    CLOCK_OFFSET = auto()
    CLOCK_SYNCHRONISED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A mounted file system: what an ordinary user may still write, as a share of the whole."""

    point: str
    free_ratio: float | None = None
    inodes_free_ratio: float | None = None
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSample:
    """What was read at one moment; a figure that the source does not have is absent."""

    values: Mapping[Raw, float]
    mounts: tuple[Mount, ...] = ()


# File systems that are images, views of memory or of the kernel: full or read-only by nature.
VIRTUAL = frozenset(
    {
        "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts",
        "devtmpfs", "efivarfs", "fuse.lxcfs", "fusectl", "hugetlbfs", "iso9660", "mqueue",
        "nsfs", "overlay", "proc", "pstore", "ramfs", "rpc_pipefs", "securityfs", "selinuxfs",
        "squashfs", "sysfs", "tmpfs", "tracefs",
    }
)  # fmt: skip

# A look at these can hang for ever when their server is away: only where a check names them.
REMOTE = frozenset(
    {"9p", "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "nfs", "nfs4", "smb3"}
)


def outermost(devices: Mapping[str, str]) -> set[str]:
    """Return one point of each device, given the device of each point: the shortest.

    The others are parts of the same file system, such as the files that containers are given.
    """
    points: dict[str, str] = {}
    for point in sorted(devices, key=len):
        points.setdefault(devices[point], point)
    return set(points.values())


def is_watched(point: str, file_system: str, named: tuple[str, ...]) -> bool:
    """Say whether a check that names the mounts *named*, or none, looks at this one."""
    return point in named if named else file_system not in VIRTUAL | REMOTE
