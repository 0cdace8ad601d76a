"""From raw counters to the figures that tell how a host is: one typed signal each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.model.signals import Signal, SignalKind
from monitor.probes.host_history import HostHistory, Span
from monitor.probes.host_sample import HostSample, Mount, Raw
from monitor.probes.host_spec import HostSpec

# How many mounts are shown at most; the fullest come first.
_MOST_MOUNTS = 16

# Below these numbers of events within the span a share of them is chance.
_FEWEST_COOKIES = 10
_FEWEST_SEGMENTS = 100
_FEWEST_PACKETS = 100
_FEWEST_PERIODS = 5

_TIME_SHARES = {
    SignalKind.CPU_PRESSURE_RATIO: Raw.CPU_WAITING,
    SignalKind.MEMORY_PRESSURE_RATIO: Raw.MEMORY_STALLED,
    SignalKind.IO_PRESSURE_RATIO: Raw.IO_STALLED,
}
_RATES = {
    SignalKind.LISTEN_OVERFLOW_RATE: Raw.LISTEN_OVERFLOWS,
    SignalKind.LISTEN_DROP_RATE: Raw.LISTEN_DROPS,
    SignalKind.SYNCOOKIES_SENT_RATE: Raw.SYNCOOKIES_SENT,
    SignalKind.SYNCOOKIES_RECV_RATE: Raw.SYNCOOKIES_RECEIVED,
    SignalKind.PASSIVE_OPENS_RATE: Raw.PASSIVE_OPENS,
    SignalKind.RECEIVED_PACKET_RATE: Raw.PACKETS_RECEIVED,
}
_SHARES = (
    (SignalKind.CPU_STEAL_RATIO, Raw.CPU_STEAL, Raw.CPU_TIME, 0.0),
    (SignalKind.THROTTLED_RATIO, Raw.PERIODS_THROTTLED, Raw.PERIODS, _FEWEST_PERIODS),
    (
        SignalKind.SYNCOOKIES_RECV_RATIO,
        Raw.SYNCOOKIES_RECEIVED,
        Raw.SYNCOOKIES_SENT,
        _FEWEST_COOKIES,
    ),
    (SignalKind.RETRANSMIT_RATIO, Raw.SEGMENTS_REPEATED, Raw.SEGMENTS_SENT, _FEWEST_SEGMENTS),
    (SignalKind.RECEIVED_PACKET_BYTES, Raw.BYTES_RECEIVED, Raw.PACKETS_RECEIVED, _FEWEST_PACKETS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """When a host was looked at: *at* is monotonic; *asked* and *answered* are Unix times."""

    at: float
    asked: float
    answered: float


def signals_of(
    spec: HostSpec, sample: HostSample, history: HostHistory, run: Run
) -> Iterator[Signal]:
    """Take *sample* into *history* and yield what it says."""
    span = history.add(sample, run.at, spec.rate_over)
    if span:
        yield from _moving(span)
    yield from _standing(sample.values)
    if Raw.OOM_KILLS in sample.values:
        kills = history.kills(run.at - spec.events_over)
        yield Signal(SignalKind.OOM_KILLS, int(kills), f"within {spec.events_over:g} s")
    yield from _disks(sample.mounts, spec, history)
    yield from _clock(sample.values, run)
    uptime = sample.values.get(Raw.UPTIME)
    if uptime is not None:
        yield Signal(SignalKind.UPTIME_SECONDS, round(uptime))
        if uptime < spec.events_over:
            yield Signal(SignalKind.REBOOTED, value=True, detail=f"{uptime:.0f} s ago")


def _moving(span: Span) -> Iterator[Signal]:
    """Yield what counters say about the time since an earlier sample."""
    over = f"over {span.seconds:.1f} s"
    for kind, raw in _TIME_SHARES.items():
        rate = span.rate(raw)
        if rate is not None:
            yield Signal(kind, _rounded(min(rate, 1.0)), over)
    idle = span.share(Raw.CPU_IDLE, Raw.CPU_TIME, least=0.0)
    if idle is not None:
        yield Signal(SignalKind.CPU_USED_RATIO, _rounded(max(0.0, 1.0 - idle)), over)
    for kind, part, whole, least in _SHARES:
        share = span.share(part, whole, least=least)
        if share is not None:
            yield Signal(kind, _rounded(share), over)
    for kind, raw in _RATES.items():
        rate = span.rate(raw)
        if rate is not None:
            yield Signal(kind, _rounded(rate), over)


def _standing(values: Mapping[Raw, float]) -> Iterator[Signal]:
    """Yield what one look says by itself."""
    ratios = (
        (SignalKind.MEMORY_AVAILABLE_RATIO, Raw.MEMORY_AVAILABLE, Raw.MEMORY_TOTAL, ""),
        (SignalKind.CONNTRACK_USED_RATIO, Raw.CONNTRACK_ENTRIES, Raw.CONNTRACK_MOST, ""),
    )
    files = (
        (SignalKind.FD_USED_RATIO, Raw.FILES_OPEN, Raw.FILES_MOST, "system"),
        (SignalKind.FD_USED_RATIO, Raw.PROCESS_FILES_OPEN, Raw.PROCESS_FILES_MOST, "process"),
    )
    yield from _ratios(values, ratios)
    yield from sorted(_ratios(values, files), key=lambda each: each.value, reverse=True)
    if Raw.ESTABLISHED in values:
        yield Signal(SignalKind.ESTABLISHED_CONNECTIONS, int(values[Raw.ESTABLISHED]))


def _ratios(
    values: Mapping[Raw, float], wanted: Iterable[tuple[SignalKind, Raw, Raw, str]]
) -> Iterator[Signal]:
    for kind, part, whole, detail in wanted:
        if part in values and values.get(whole, 0.0) > 0:
            yield Signal(kind, _rounded(values[part] / values[whole]), detail)


def _disks(mounts: Sequence[Mount], spec: HostSpec, history: HostHistory) -> Iterator[Signal]:
    """Yield the free shares of each mount, the fullest first, and what is wrong with one."""
    yield from _scarcest(
        SignalKind.DISK_FREE_RATIO, {each.point: each.free_ratio for each in mounts}
    )
    yield from _scarcest(
        SignalKind.INODES_FREE_RATIO, {each.point: each.inodes_free_ratio for each in mounts}
    )
    for each in mounts:
        turned = history.turned_read_only(each.point, read_only=each.read_only)
        if turned or (each.read_only and each.point in spec.mounts):
            yield Signal(SignalKind.DISK_READ_ONLY, value=True, detail=each.point)
    for point in sorted(set(spec.mounts) - {each.point for each in mounts}):
        yield Signal(SignalKind.DISK_MISSING, value=True, detail=point)


def _scarcest(kind: SignalKind, shares: Mapping[str, float | None]) -> Iterator[Signal]:
    known = [(share, point) for point, share in shares.items() if share is not None]
    for share, point in sorted(known)[:_MOST_MOUNTS]:
        yield Signal(kind, _rounded(share), point)


def _clock(values: Mapping[Raw, float], run: Run) -> Iterator[Signal]:
    """Yield how far the clock is off: by the kernel's word and by the monitor's clock."""
    offsets: list[tuple[float, str]] = []
    if Raw.CLOCK_OFFSET in values:
        offsets.append((values[Raw.CLOCK_OFFSET], "by the kernel's own word"))
    if Raw.TIME in values:
        # The host read its clock at some moment of the request, which may have been a long one.
        nearest = min(max(values[Raw.TIME], run.asked), run.answered)
        offsets.append((values[Raw.TIME] - nearest, "against the monitor's clock"))
    for value, detail in sorted(offsets, key=lambda each: abs(each[0]), reverse=True):
        yield Signal(SignalKind.HOST_CLOCK_OFFSET_SECONDS, round(value, 6), detail)
    if Raw.CLOCK_SYNCHRONISED in values:
        yield Signal(SignalKind.HOST_CLOCK_SYNCHRONISED, bool(values[Raw.CLOCK_SYNCHRONISED]))


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")
