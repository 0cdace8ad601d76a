"""What the monitor's own machine says of itself in /proc; a look may block, so not on the loop."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from monitor.probes.host_clock import kernel_clock
from monitor.probes.host_sample import HostSample, Mount, Raw, is_watched, outermost
from monitor.probes.host_spec import HostSpec

_MICRO = 1e-6

_NETSTAT = {
    "TcpExt.ListenOverflows": Raw.LISTEN_OVERFLOWS,
    "TcpExt.ListenDrops": Raw.LISTEN_DROPS,
    "TcpExt.SyncookiesSent": Raw.SYNCOOKIES_SENT,
    "TcpExt.SyncookiesRecv": Raw.SYNCOOKIES_RECEIVED,
}
_SNMP = {
    "Tcp.PassiveOpens": Raw.PASSIVE_OPENS,
    "Tcp.OutSegs": Raw.SEGMENTS_SENT,
    "Tcp.RetransSegs": Raw.SEGMENTS_REPEATED,
    "Tcp.CurrEstab": Raw.ESTABLISHED,
}
_MEMORY = {"MemTotal:": Raw.MEMORY_TOTAL, "MemAvailable:": Raw.MEMORY_AVAILABLE}
_CONNTRACK = {
    "nf_conntrack_count": Raw.CONNTRACK_ENTRIES,
    "nf_conntrack_max": Raw.CONNTRACK_MOST,
}
_PRESSURE = {
    ("cpu", "some"): Raw.CPU_WAITING,
    ("memory", "full"): Raw.MEMORY_STALLED,
    ("io", "full"): Raw.IO_STALLED,
}
# Where a container, or a machine, finds what is taken from it: with cgroups v2 and with v1.
_OWN_CGROUPS = (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/cpu"))


def read(spec: HostSpec) -> HostSample:
    """Return what can be read; a file that this kernel does not have is left out."""
    values = dict(_values(spec))
    clock = kernel_clock()
    if clock:
        values[Raw.CLOCK_OFFSET], values[Raw.CLOCK_SYNCHRONISED] = clock
    return HostSample(values=values, mounts=tuple(_mounts(spec)))


def _values(spec: HostSpec) -> Iterator[tuple[Raw, float]]:
    proc = spec.proc
    for (resource, share), raw in _PRESSURE.items():
        yield from _pressure(_text(proc / "pressure" / resource), share, raw)
    yield from _cpu(_text(proc / "stat"))
    yield from _throttling(spec)
    yield from _named(_text(proc / "vmstat"), {"oom_kill": Raw.OOM_KILLS})
    yield from ((raw, each * 1024) for raw, each in _named(_text(proc / "meminfo"), _MEMORY))
    yield from _pairs(_text(proc / "net" / "netstat"), _NETSTAT)
    yield from _pairs(_text(proc / "net" / "snmp"), _SNMP)
    yield from _interfaces(_text(proc / "net" / "dev"), spec)
    yield from _files(_text(proc / "sys" / "fs" / "file-nr"))
    for file, raw in _CONNTRACK.items():
        yield from ((raw, each) for each in _numbers(_text(proc / "sys/net/netfilter" / file)))
    yield from ((Raw.UPTIME, each) for each in _numbers(_text(proc / "uptime"))[:1])


def _text(path: Path) -> str:
    """Return what stands in a file; nothing where this kernel, or our role, has no such file.

    A kernel without pressure figures has the files and refuses to read them.
    """
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""


def _numbers(text: str) -> list[float]:
    return [float(each) for each in text.split() if each.replace(".", "", 1).isdecimal()]


def _named(text: str, wanted: Mapping[str, Raw]) -> Iterator[tuple[Raw, float]]:
    """Read lines of a name and a number."""
    for line in text.splitlines():
        name, _, rest = line.partition(" ")
        if name in wanted:
            yield from ((wanted[name], each) for each in _numbers(rest)[:1])


def _pressure(text: str, share: str, raw: Raw) -> Iterator[tuple[Raw, float]]:
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        total = rest.rpartition("total=")[2]
        if kind == share and total.isdecimal():
            yield raw, int(total) * _MICRO


def _cpu(text: str) -> Iterator[tuple[Raw, float]]:
    """Read the first line of /proc/stat: user nice system idle iowait irq softirq steal."""
    first = text.partition("\n")[0].split()
    if first[:1] != ["cpu"] or len(first) < 9:
        return
    ticks = [int(each) / os.sysconf("SC_CLK_TCK") for each in first[1:9]]
    yield Raw.CPU_TIME, sum(ticks)
    yield Raw.CPU_IDLE, ticks[3] + ticks[4]
    yield Raw.CPU_STEAL, ticks[7]


def _throttling(spec: HostSpec) -> Iterator[tuple[Raw, float]]:
    wanted = {"nr_periods": Raw.PERIODS, "nr_throttled": Raw.PERIODS_THROTTLED}
    for folder in (spec.cgroup,) if spec.cgroup else _OWN_CGROUPS:
        found = list(_named(_text(folder / "cpu.stat"), wanted))
        if found:
            yield from found
            return


def _pairs(text: str, wanted: Mapping[str, Raw]) -> Iterator[tuple[Raw, float]]:
    """Read pairs of lines, the names and the numbers, as /proc/net/snmp has them."""
    lines = text.splitlines()
    for names, numbers in zip(lines[::2], lines[1::2], strict=False):
        group, _, titles = names.partition(":")
        figures = numbers.partition(":")[2].split()
        for title, figure in zip(titles.split(), figures, strict=False):
            raw = wanted.get(f"{group}.{title}")
            if raw:
                yield raw, float(figure)


def _interfaces(text: str, spec: HostSpec) -> Iterator[tuple[Raw, float]]:
    counted = [
        figures.split()
        for device, colon, figures in (line.partition(":") for line in text.splitlines())
        if colon and spec.interfaces.search(device.strip())
    ]
    if counted:
        yield Raw.BYTES_RECEIVED, sum(float(each[0]) for each in counted)
        yield Raw.PACKETS_RECEIVED, sum(float(each[1]) for each in counted)


def _files(text: str) -> Iterator[tuple[Raw, float]]:
    numbers = _numbers(text)
    if len(numbers) == 3:
        yield Raw.FILES_OPEN, numbers[0]
        yield Raw.FILES_MOST, numbers[2]


def _mounts(spec: HostSpec) -> Iterator[Mount]:
    devices: dict[str, str] = {}
    read_only: dict[str, bool] = {}
    # A later line of the same point lies over the earlier ones.
    for line in _text(spec.proc / "mounts").splitlines():
        device, point, file_system, options, *_ = (*line.split(), "", "", "", "")
        path = _unescaped(point)
        if is_watched(path, file_system, spec.mounts):
            devices[path] = device
            read_only[path] = "ro" in options.split(",")
        else:
            devices.pop(path, None)
    for path in devices if spec.mounts else outermost(devices):
        yield from _mount(path, read_only=read_only[path])


def _mount(path: str, *, read_only: bool) -> Iterator[Mount]:
    try:
        figures = os.statvfs(path)
    except OSError:
        return
    yield Mount(
        point=path,
        free_ratio=figures.f_bavail / figures.f_blocks if figures.f_blocks else None,
        inodes_free_ratio=figures.f_favail / figures.f_files if figures.f_files else None,
        read_only=read_only,
    )


def _unescaped(point: str) -> str:
    r"""Return a mount point as it is: the kernel writes a space as \040."""
    return re.sub(r"\\([0-7]{3})", lambda each: chr(int(each[1], 8)), point)
