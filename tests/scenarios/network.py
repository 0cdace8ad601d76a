"""Where the parts of a stand live: in network namespaces of their own, else on loopback.

outside (users, channels) ---- inside (the platform, which is also the router) ---- monitor
"""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import Protocol

from tests.scenarios.watchdog import Watchdog
from tests.support.programs import run

_CLONE_NEWNET = 0x40000000
_NAMESPACES = Path("/run/netns")
# What programs look for in /etc; nothing of it is a secret.
_OF_ETC = (
    "group",
    "hosts",
    "localtime",
    "nsswitch.conf",
    "passwd",
    "protocols",
    "services",
    "ssl/certs",
    "ssl/openssl.cnf",
)
_numbers = count(1)


class Side(StrEnum):
    """A place of the topology."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    MONITOR = "monitor"


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Who is reached where; the platform's servers share one address."""

    platform: str
    channel_a: str
    channel_b: str
    reference: str
    users: str


class Network(Protocol):
    """What a stand needs of its network; *lacks* says why it is no namespaces, if it is not."""

    lacks: str

    @property
    def addresses(self) -> Addresses: ...

    @property
    def resolver_file(self) -> Path | None:
        """The monitor's own resolv.conf, if it has one."""
        ...

    def command(self, side: Side) -> list[str]:
        """Return what must stand before a command so that it runs on a side."""
        ...

    def enter(self, side: Side) -> None:
        """Move the calling thread, for good, to a side."""
        ...


class Loopback:
    """Everything on addresses of 127/8 that belong to this stand alone."""

    def __init__(self, reason: str) -> None:
        self.lacks = reason
        self.resolver_file: Path | None = None
        base = f"127.{100 + os.getpid() % 100}.{next(_numbers) % 250}"
        self.addresses = Addresses(
            platform=f"{base}.1",
            channel_a=f"{base}.11",
            channel_b=f"{base}.12",
            reference=f"{base}.13",
            users=f"{base}.20",
        )

    def command(self, side: Side) -> list[str]:
        return []

    def enter(self, side: Side) -> None:
        return


class Namespaces:
    """Three namespaces joined by two pairs of virtual cables; nothing of it reaches a real one."""

    lacks = ""
    addresses = Addresses(
        platform="10.77.1.1",
        channel_a="10.77.2.11",
        channel_b="10.77.2.12",
        reference="10.77.2.13",
        users="10.77.2.20",
    )

    def __init__(self, watchdog: Watchdog, folder: Path) -> None:
        number = next(_numbers)
        self._names = {side: f"bench-{os.getpid()}-{number}-{side}" for side in Side}
        self._etc = folder / "etc"
        self.resolver_file = self._etc / "resolv.conf"
        self._make_etc()
        for side, name in self._names.items():
            watchdog.note("namespace", name)
            run(["ip", "netns", "add", name])
            self._ip(side, "link set lo up")
        here = self.addresses
        self._join(Side.MONITOR, here.platform, "10.77.1.2")
        outside = (here.users, here.channel_a, here.channel_b, here.reference)
        self._join(Side.OUTSIDE, "10.77.2.1", *outside)
        self._ip(Side.MONITOR, "route add default via 10.77.1.1")
        self._ip(Side.OUTSIDE, "route add 10.77.1.0/24 via 10.77.2.1")
        # Answers to senders that do not exist leave by the way they came, and are lost there.
        self._ip(Side.INSIDE, f"route add default via {here.users}")
        forward = "echo 1 > /proc/sys/net/ipv4/ip_forward"
        run([*self.command(Side.INSIDE), "sh", "-c", forward])

    def _make_etc(self) -> None:
        """Make a folder /etc for the monitor: who watches one file of it watches the folder."""
        for name in _OF_ETC:
            source, target = Path("/etc") / name, self._etc / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, symlinks=True)
            elif source.exists():
                shutil.copy(source, target)
        self.resolver_file.write_text(f"nameserver {self.addresses.platform}\n")

    def command(self, side: Side) -> list[str]:
        enter = ["nsenter", f"--net={_NAMESPACES / self._names[side]}"]
        if side is not Side.MONITOR:
            return enter
        mount = 'mount --bind "$0" /etc && exec "$@"'
        alone = ["unshare", "--mount", "--propagation", "slave"]
        return [*enter, *alone, "sh", "-c", mount, str(self._etc)]

    def enter(self, side: Side) -> None:
        file = os.open(_NAMESPACES / self._names[side], os.O_RDONLY)
        try:
            if ctypes.CDLL(None, use_errno=True).setns(file, _CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")
        finally:
            os.close(file)

    def _join(self, side: Side, router: str, *others: str) -> None:
        """Lay a cable from *side* to the platform, with the addresses of both ends."""
        device = f"to-{side}"
        peer = f"type veth peer name to-inside netns {self._names[side]}"
        self._ip(Side.INSIDE, f"link add {device} {peer}")
        self._ip(Side.INSIDE, f"addr add {router}/24 dev {device}")
        for address in others:
            self._ip(side, f"addr add {address}/24 dev to-inside")
        self._ip(Side.INSIDE, f"link set {device} up")
        self._ip(side, "link set to-inside up")

    def _ip(self, side: Side, words: str) -> None:
        run(["ip", "-n", self._names[side], *words.split()])


@contextmanager
def firewall(network: Network, side: Side, rules: str) -> Iterator[None]:
    """Have the packets of one side pass *rules*, chains of nftables, while inside the block."""
    enter = network.command(side)
    try:
        run([*enter, "nft", f"table ip bench {{\n{rules}\n}}"])
        yield
    finally:
        run([*enter, "nft", "add table ip bench; delete table ip bench"])


def why_no_namespaces() -> str:
    """Return why this process cannot make network namespaces; empty where it can."""
    if os.geteuid() != 0:
        return "needs root for network namespaces"
    name = f"bench-{os.getpid()}-try"
    try:
        subprocess.run(["ip", "netns", "add", name], check=True, capture_output=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return "network namespaces are not allowed here"
    subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True, timeout=10)
    return ""
