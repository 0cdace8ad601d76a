"""Free ports on loopback for the processes of the demo."""

import random
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

HOST = "127.0.0.1"
LOWEST_PORT = 20_000
EPHEMERAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def is_free(port: int) -> bool:
    """Say whether a server could listen on this port of the loopback address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen(1)
        except OSError:
            return False
    return True


def choose(names: Iterable[str], previous: Mapping[str, int]) -> dict[str, int]:
    """Give every name a port: the one it had before if that is free, else a new one."""
    chosen: dict[str, int] = {}
    for name in names:
        before = previous.get(name)
        taken = set(chosen.values())
        usable = before is not None and before not in taken and is_free(before)
        chosen[name] = before if before is not None and usable else _unused(taken)
    return chosen


def _unused(taken: set[int]) -> int:
    """Pick a port below the ephemeral range.

    A port inside it can be the local end of an outgoing connection while its server is
    down: the server could not come back, and a client could even connect to itself.
    """
    for port in random.sample(range(LOWEST_PORT, _ephemeral_start()), 200):
        if port not in taken and is_free(port):
            return port
    message = "no free port was found on loopback"
    raise OSError(message)


def _ephemeral_start() -> int:
    try:
        first = int(EPHEMERAL_RANGE.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return 32_768
    return max(first, LOWEST_PORT + 1_000)
