"""A host as an exporter shows it, and as /proc does: figures by name, defaults for the rest."""

from pathlib import Path

# One healthy machine, an hour after it was started; the clock is that of HandClock.
NOW = 1772337600.0
HEALTHY: dict[str, float] = {
    "node_pressure_cpu_waiting_seconds_total": 100,
    "node_pressure_memory_stalled_seconds_total": 1,
    "node_pressure_io_stalled_seconds_total": 20,
    'node_cpu_seconds_total{cpu="0",mode="idle"}': 1000,
    'node_cpu_seconds_total{cpu="0",mode="iowait"}': 10,
    'node_cpu_seconds_total{cpu="0",mode="steal"}': 5,
    'node_cpu_seconds_total{cpu="0",mode="user"}': 500,
    'node_cpu_seconds_total{cpu="1",mode="idle"}': 1000,
    'node_cpu_seconds_total{cpu="1",mode="user"}': 500,
    "container_cpu_cfs_periods_total": 100,
    "container_cpu_cfs_throttled_periods_total": 10,
    "node_vmstat_oom_kill": 3,
    "node_netstat_TcpExt_ListenOverflows": 7,
    "node_netstat_TcpExt_ListenDrops": 8,
    "node_netstat_TcpExt_SyncookiesSent": 50,
    "node_netstat_TcpExt_SyncookiesRecv": 40,
    "node_netstat_Tcp_PassiveOpens": 1000,
    "node_netstat_Tcp_OutSegs": 10000,
    "node_netstat_Tcp_RetransSegs": 10,
    "node_netstat_Tcp_CurrEstab": 25,
    'node_network_receive_packets_total{device="eth0"}': 5000,
    'node_network_receive_bytes_total{device="eth0"}': 5_000_000,
    'node_network_receive_packets_total{device="lo"}': 9000,
    'node_network_receive_bytes_total{device="lo"}': 9000,
    "node_memory_MemTotal_bytes": 16e9,
    "node_memory_MemAvailable_bytes": 8e9,
    "node_filefd_allocated": 1000,
    "node_filefd_maximum": 100_000,
    "process_open_fds": 10,
    "process_max_fds": 1000,
    "node_nf_conntrack_entries": 100,
    "node_nf_conntrack_entries_limit": 65536,
    "node_time_seconds": NOW,
    "node_boot_time_seconds": NOW - 3600,
    "node_timex_offset_seconds": 0.001,
    "node_timex_sync_status": 1,
}


def disk(
    point: str, *, file_system: str = "ext4", device: str = "", **figures: float
) -> dict[str, float]:
    """Give the lines of one mount: half full, and writable, unless said otherwise."""
    labels = f'{{device="{device or point}",fstype="{file_system}",mountpoint="{point}"}}'
    all_figures = {
        "size_bytes": 1000.0,
        "avail_bytes": 500.0,
        "files": 100.0,
        "files_free": 50.0,
        "readonly": 0.0,
        **figures,
    }
    return {f"node_filesystem_{name}{labels}": value for name, value in all_figures.items()}


def exposition(figures: dict[str, float]) -> bytes:
    """Write figures as an exporter does, among lines that nobody asked for."""
    lines = ["# HELP node_load1 1m load average.", "# TYPE node_load1 gauge", "node_load1 0.5"]
    for name, value in figures.items():
        family = name.partition("{")[0]
        lines += [f"# TYPE {family} untyped", f"{name} {value!r}"]
    lines.append('node_systemd_unit_state{name="a\\"b",state="active"} 1')
    return "\n".join([*lines, ""]).encode()


_FILES = {
    "stat": "cpu  500 0 100 2000 20 0 0 10 0 0\ncpu0 500 0 100 2000 20 0 0 10 0 0\nbtime 1\n",
    "vmstat": "nr_free_pages 5\noom_kill 3\n",
    "meminfo": "MemTotal:       16000 kB\nMemFree:  100 kB\nMemAvailable:    4000 kB\n",
    "uptime": "3600.50 7000.10\n",
    "mounts": "proc /proc proc rw 0 0\n",
    "sys/fs/file-nr": "1000\t0\t100000\n",
    "sys/net/netfilter/nf_conntrack_count": "100\n",
    "sys/net/netfilter/nf_conntrack_max": "1000\n",
    "pressure/cpu": "some avg10=0.00 avg60=0.00 avg300=0.00 total=100000000\n",
    "pressure/memory": "some avg10=0.00 total=9\nfull avg10=0.00 avg60=0.00 total=1000000\n",
    "pressure/io": "some avg10=0.00 total=9\nfull avg10=0.00 avg60=0.00 total=20000000\n",
    "net/netstat": (
        "TcpExt: SyncookiesSent SyncookiesRecv ListenOverflows ListenDrops\n"
        "TcpExt: 50 40 7 8\n"
        "IpExt: InNoRoutes\n"
        "IpExt: 0\n"
    ),
    "net/snmp": (
        "Ip: Forwarding DefaultTTL\n"
        "Ip: 1 64\n"
        "Tcp: MaxConn PassiveOpens CurrEstab OutSegs RetransSegs\n"
        "Tcp: -1 1000 25 10000 10\n"
    ),
    "net/dev": (
        "Inter-|   Receive  |  Transmit\n"
        " face |bytes packets|bytes packets\n"
        "    lo: 9000 9000 0 0\n"
        "  eth0: 5000000 5000 0 0\n"
    ),
}


def write_proc(folder: Path, **changed: str) -> Path:
    """Write a /proc below *folder*; a file that is changed has its slashes as two underscores."""
    texts = {**_FILES, **{name.replace("__", "/"): text for name, text in changed.items()}}
    for name, text in texts.items():
        path = folder / "proc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "proc"
