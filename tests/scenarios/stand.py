"""A stand: the whole topology, running, with the levers that the faults pull."""

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import trustme

from tests.scenarios.configuration import write_configuration
from tests.scenarios.crew import Crew
from tests.scenarios.groups import Group
from tests.scenarios.monitor import MonitorProcess
from tests.scenarios.network import Loopback, Namespaces, Network, Side
from tests.scenarios.programs.orders import give
from tests.scenarios.servers import places
from tests.scenarios.servers.databases import MariaDB, Postgres, Redis
from tests.scenarios.servers.edge import (
    Edge,
    start_exporter,
    start_names,
    start_prometheus,
    start_reference,
)
from tests.scenarios.servers.keys import CLIENT, SECRETS
from tests.scenarios.servers.templates import DATABASE, PASSWORD, ROLE, Templates
from tests.scenarios.watchdog import Watchdog
from tests.support.programs import scratch_folder

BASE_RATE = 20.0
WORKERS = 4


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How a stand differs from the usual one.

    *in_group* runs the application in a control group, *small_disk* puts PostgreSQL's tables on a
    file system of 20 MB, *wrong_key* adds a check that never had the right key. *patience*
    is how many times as long as usual an answer may take before it counts as late.
    """

    instances: int = 1
    in_group: bool = False
    small_disk: bool = False
    wrong_key: bool = False
    patience: float = 1.0


class Stand:
    """One platform with its monitor."""

    def __init__(
        self,
        folder: Path,
        network: Network,
        watchdog: Watchdog,
        templates: Templates,
        shape: Shape,
    ) -> None:
        self.folder = folder
        self.network = network
        self.watchdog = watchdog
        self.shape = shape
        self.crew = Crew(folder, network, watchdog)
        self.addresses = network.addresses
        self.authority = trustme.CA()
        self.ca_file = folder / "ca.pem"
        self.authority.cert_pem.write_to_path(str(self.ca_file))
        host = self.addresses.platform
        self.postgres = Postgres(self.crew, host, templates)
        self.mariadb = MariaDB(self.crew, host, templates)
        self.redis = Redis(self.crew, host)
        self.edge = Edge(self.crew, host, self.authority, shape.instances)
        self.monitor = MonitorProcess(self.crew, network)
        name = f"bench-{folder.name}"
        self.group = Group(name, watchdog) if shape.in_group else None

    @property
    def has_names(self) -> bool:
        """Whether hosts are reached by name, through the stand's own name server."""
        return not self.network.lacks

    def host_of(self, channel: str) -> str:
        """Return how a channel is reached."""
        return places.name_of(channel) if self.has_names else self.address_of(channel)

    def address_of(self, channel: str) -> str:
        """Return the address of a channel."""
        here = self.addresses
        return {"channel-a": here.channel_a, "channel-b": here.channel_b}[channel]

    def start(self, seed: int) -> None:
        """Start everything but the monitor."""
        for server in (self.postgres, self.mariadb, self.redis):
            server.start()
        if self.shape.small_disk:
            self.postgres.move_to_small_disk(self.watchdog)
        if self.has_names:
            start_names(self.crew, self.addresses)
            start_exporter(self.crew, self.addresses.platform)
        start_reference(self.crew, self.addresses.reference)
        self._start_relay()
        for channel in places.CHANNELS:
            self.start_channel(channel)
        for number in range(self.shape.instances):
            self.start_credit(number)
        self.edge.start()
        start_prometheus(self.crew, self.addresses.platform, self.shape.instances)
        self._start_load(seed)

    def start_monitor(self) -> None:
        """Start the monitor and return once it has seen every check."""
        self.monitor.start(write_configuration(self))

    def end_monitor(self) -> None:
        """End the monitor; the next one knows nothing of it."""
        self.monitor.end()

    def order(self, program: str, **orders: Any) -> None:
        """Tell one of the bench's programs to behave as ordered; nothing means as usual."""
        give(self.crew.place(program) / "orders.json", orders)

    def workers(self, instance: int = 0) -> list[int]:
        """Return the pids of the application's workers."""
        file = self.crew.place(f"credit-{instance}") / "workers.json"
        pids: list[int] = json.loads(file.read_text())
        return pids

    def start_credit(self, number: int, build: str = "1.0.0") -> None:
        """Start one instance of the application."""
        name = f"credit-{number}"
        here = self.addresses.platform
        login = f"{ROLE}:{PASSWORD}@{here}"
        mariadb = {"host": here, "port": places.MARIADB, "user": ROLE, "password": PASSWORD}
        settings = {
            "host": here,
            "port": places.CREDIT + 10 * number,
            "stats_port": places.CREDIT_STATS + 10 * number,
            "workers": WORKERS // self.shape.instances,
            "build": build,
            "postgres": f"postgresql://{login}:{places.POSTGRES}/{DATABASE}",
            "mariadb": {**mariadb, "db": "ledger"},
            "redis": f"redis://{here}:{places.REDIS}/0",
            "ca_file": str(self.ca_file),
            "channels": [self._account(each) for each in places.CHANNELS],
        }
        workers = self.crew.place(name) / "workers.json"
        workers.unlink(missing_ok=True)
        self._settle(name, settings)
        group = self.group.path if self.group else None
        self.crew.start_python(name, "credit", Side.INSIDE, ready=workers.exists, group=group)

    def _account(self, channel: str) -> dict[str, str]:
        # By address: the loss of the monitor's resolver is the monitor's alone.
        url = f"https://{self.address_of(channel)}:{places.CHANNEL}"
        return {
            "name": channel,
            "url": url,
            "client_id": CLIENT,
            "client_secret": SECRETS[CLIENT],
        }

    def start_channel(self, name: str, days: float = 90) -> None:
        """Start a payment channel, with a certificate that ends in so many days."""
        address = self.address_of(name)
        certificate = self.crew.place(name) / "certificate.pem"
        now = datetime.now(UTC)
        leaf = self.authority.issue_cert(
            places.name_of(name),
            address,
            not_before=now - timedelta(days=91),
            not_after=now + timedelta(days=days),
        )
        leaf.private_key_and_cert_chain_pem.write_to_path(str(certificate))
        settings = {
            "name": name,
            "host": address,
            "port": places.BEHIND[name],
            "feed_port": places.FEED,
            "certificate": str(certificate),
            "clients": SECRETS,
        }
        self._settle(name, settings)
        ready = self.crew.place(name) / "ready"
        self.crew.start_python(name, "channel", Side.OUTSIDE, ready=ready.exists)

    def _start_relay(self) -> None:
        ways = {
            name: {
                "host": self.address_of(name),
                "port": places.CHANNEL,
                "to_host": self.address_of(name),
                "to_port": places.BEHIND[name],
            }
            for name in places.CHANNELS
        }
        self._settle("relay", {"ways": ways})
        ready = self.crew.place("relay") / "ready"
        self.crew.start_python("relay", "relay", Side.OUTSIDE, ready=ready.exists)

    def _start_load(self, seed: int) -> None:
        place = {"host": self.addresses.platform, "port": places.EDGE_HTTP}
        self._settle("load", {**place, "rate": BASE_RATE, "seed": seed})
        self.crew.start_python("load", "load", Side.OUTSIDE, ready=lambda: True)

    def start_outside(self, name: str, module: str, *words: str) -> None:
        """Start a program of the bench on the users' side."""
        self.crew.start(name, [sys.executable, "-m", module, *words], Side.OUTSIDE)

    def _settle(self, name: str, settings: dict[str, Any]) -> None:
        folder = self.crew.place(name)
        for each in ("orders.json", "ready"):
            (folder / each).unlink(missing_ok=True)
        (folder / "settings.json").write_text(json.dumps(settings))


@contextmanager
def stand(
    templates: Templates, *, shape: Shape, seed: int, lacks: str, keep: Path | None = None
) -> Iterator[Stand]:
    """Run a stand of its own inside the block; its folder is copied to *keep* at the end.

    *lacks* is the reason to do without namespaces; without one the stand has its own.
    """
    with scratch_folder() as folder, Watchdog() as watchdog:
        # Servers that run as ordinary users pass through here.
        folder.chmod(0o755)
        network: Network = Loopback(lacks) if lacks else Namespaces(watchdog, folder)
        running = Stand(folder, network, watchdog, templates, shape)
        try:
            running.start(seed)
            yield running
        finally:
            running.crew.close()
            running.monitor.close()
            if keep is not None:
                shutil.copytree(folder, keep, dirs_exist_ok=True, ignore=_big_things)


def _big_things(_: str, names: list[str]) -> set[str]:
    """Leave out data folders and sockets."""
    return {each for each in names if each in {"data", "etc", "socket"} or each.startswith(".s.")}
