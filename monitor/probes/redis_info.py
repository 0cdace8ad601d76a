"""What a Redis server says of itself (INFO), as signals."""

from collections.abc import Iterator, Mapping

from monitor.model.signals import Signal, SignalKind

_COUNTS = {
    SignalKind.REJECTED_CONNECTIONS: "rejected_connections",
    SignalKind.BLOCKED_CLIENTS: "blocked_clients",
    SignalKind.EVICTED_KEYS: "evicted_keys",
}
_RATIOS = {
    SignalKind.MEMORY_USED_RATIO: ("used_memory", "maxmemory"),
    SignalKind.CONNECTIONS_USED_RATIO: ("connected_clients", "maxclients"),
}
_SAVES = ("rdb_last_bgsave_status", "aof_last_bgrewrite_status", "aof_last_write_status")

Info = Mapping[str, str]


def parse(text: str) -> Info:
    """Return the fields of an INFO reply."""
    pairs = (line.partition(":") for line in text.splitlines())
    return {name: value for name, colon, value in pairs if colon and not name.startswith("#")}


def signals(info: Info) -> Iterator[Signal]:
    """Yield what the fields say; a field that a version does not have says nothing."""
    for kind, (used, most) in _RATIOS.items():
        if number(info, most):
            yield Signal(kind, round(number(info, used) / number(info, most), 4))
    for kind, name in _COUNTS.items():
        if name in info:
            yield Signal(kind, int(number(info, name)))
    saves = [info[name] for name in _SAVES if name in info]
    if saves:
        yield Signal(SignalKind.PERSISTENCE_OK, all(each == "ok" for each in saves))
    if "master_link_status" in info:
        yield Signal(SignalKind.REPLICATION_UP, info["master_link_status"] == "up")
    if info.get("loading") == "1":
        yield Signal(SignalKind.LOADING_SECONDS_LEFT, int(number(info, "loading_eta_seconds")))


def number(info: Info, name: str) -> float:
    """Return a field as a number, 0 where there is none."""
    try:
        return float(info.get(name, "0"))
    except ValueError:
        return 0.0
