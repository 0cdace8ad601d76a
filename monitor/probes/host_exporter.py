"""What a node_exporter says of its host, read from the text it serves."""

import math
import re
from collections.abc import Callable, Iterator, Mapping

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from monitor.probes.host_sample import HostSample, Mount, Raw, is_watched, outermost
from monitor.probes.host_spec import HostSpec

_RAW: Mapping[str, Raw] = {
    "node_pressure_cpu_waiting_seconds_total": Raw.CPU_WAITING,
    "node_pressure_memory_stalled_seconds_total": Raw.MEMORY_STALLED,
    "node_pressure_io_stalled_seconds_total": Raw.IO_STALLED,
    "container_cpu_cfs_periods_total": Raw.PERIODS,
    "container_cpu_cfs_throttled_periods_total": Raw.PERIODS_THROTTLED,
    "node_vmstat_oom_kill": Raw.OOM_KILLS,
    "node_netstat_TcpExt_ListenOverflows": Raw.LISTEN_OVERFLOWS,
    "node_netstat_TcpExt_ListenDrops": Raw.LISTEN_DROPS,
    "node_netstat_TcpExt_SyncookiesSent": Raw.SYNCOOKIES_SENT,
    "node_netstat_TcpExt_SyncookiesRecv": Raw.SYNCOOKIES_RECEIVED,
    "node_netstat_Tcp_PassiveOpens": Raw.PASSIVE_OPENS,
    "node_netstat_Tcp_OutSegs": Raw.SEGMENTS_SENT,
    "node_netstat_Tcp_RetransSegs": Raw.SEGMENTS_REPEATED,
    "node_network_receive_packets_total": Raw.PACKETS_RECEIVED,
    "node_network_receive_bytes_total": Raw.BYTES_RECEIVED,
    "node_memory_MemTotal_bytes": Raw.MEMORY_TOTAL,
    "node_memory_MemAvailable_bytes": Raw.MEMORY_AVAILABLE,
    "node_filefd_allocated": Raw.FILES_OPEN,
    "node_filefd_maximum": Raw.FILES_MOST,
    "process_open_fds": Raw.PROCESS_FILES_OPEN,
    "process_max_fds": Raw.PROCESS_FILES_MOST,
    "node_netstat_Tcp_CurrEstab": Raw.ESTABLISHED,
    "node_nf_conntrack_entries": Raw.CONNTRACK_ENTRIES,
    "node_nf_conntrack_entries_limit": Raw.CONNTRACK_MOST,
    "node_time_seconds": Raw.TIME,
    "node_boot_time_seconds": Raw.BOOT_TIME,
    "node_timex_offset_seconds": Raw.CLOCK_OFFSET,
    "node_timex_sync_status": Raw.CLOCK_SYNCHRONISED,
}
_CPU = "node_cpu_seconds_total"
_FILE_SYSTEMS = frozenset(
    f"node_filesystem_{each}"
    for each in ("size_bytes", "avail_bytes", "files", "files_free", "readonly")
)
# An exporter has thousands of lines and parsing one is slow, so the others are left out before.
_WANTED = re.compile(rf"^(?:{'|'.join([*_RAW, _CPU, *_FILE_SYSTEMS])})[{{ ].*$", re.MULTILINE)


def parse(text: str, spec: HostSpec) -> HostSample:
    """Return the sample in an exporter's *text*; ValueError where it is no exposition."""
    values: dict[Raw, float] = {}
    disks: dict[str, dict[str, float]] = {}
    devices: dict[str, str] = {}
    for sample in _samples(text):
        if sample.name in _FILE_SYSTEMS:
            point = sample.labels.get("mountpoint", "")
            if is_watched(point, sample.labels.get("fstype", ""), spec.mounts):
                disks.setdefault(point, {})[sample.name] = sample.value
                devices[point] = sample.labels.get("device", point)
            continue
        for raw in _raws(sample, spec.interfaces.search):
            values[raw] = values.get(raw, 0.0) + sample.value
    if Raw.TIME in values and Raw.BOOT_TIME in values:
        values[Raw.UPTIME] = values[Raw.TIME] - values[Raw.BOOT_TIME]
    points = devices if spec.mounts else outermost(devices)
    mounts = (_mount(point, figures) for point, figures in disks.items() if point in points)
    return HostSample(values=values, mounts=tuple(mounts))


def _samples(text: str) -> Iterator[Sample]:
    lines = "\n".join([*_WANTED.findall(text.replace("\r", "")), ""])
    for family in text_string_to_metric_families(lines):
        yield from (each for each in family.samples if math.isfinite(each.value))


def _raws(sample: Sample, counts: Callable[[str], object]) -> Iterator[Raw]:
    """Yield what a sample adds to."""
    if sample.name == _CPU:
        mode = sample.labels.get("mode")
        yield Raw.CPU_TIME
        if mode in {"idle", "iowait"}:
            yield Raw.CPU_IDLE
        if mode == "steal":
            yield Raw.CPU_STEAL
        return
    raw = _RAW.get(sample.name)
    if raw and ("device" not in sample.labels or counts(sample.labels["device"])):
        yield raw


def _mount(point: str, figures: Mapping[str, float]) -> Mount:
    def share(part: str, whole: str) -> float | None:
        free = figures.get(f"node_filesystem_{part}")
        total = figures.get(f"node_filesystem_{whole}", 0.0)
        return None if free is None or total <= 0 else free / total

    return Mount(
        point=point,
        free_ratio=share("avail_bytes", "size_bytes"),
        inodes_free_ratio=share("files_free", "files"),
        read_only=figures.get("node_filesystem_readonly") == 1,
    )
