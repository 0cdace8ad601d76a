"""More mechanisms: of third parties, of ways and names, of work, of the monitor's own cable."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from random import Random

from tests.scenarios.faults.channels import announcement, channel_down, to_channels
from tests.scenarios.network import Side, firewall
from tests.scenarios.servers.edge import NOWHERE, start_names
from tests.scenarios.stand import Stand
from tests.support.programs import run

Injector = Callable[[Stand, Random], AbstractContextManager[None]]
SHORT_WORK = timedelta(seconds=12)


@contextmanager
def channel_certificate_expired(stand: Stand, _: Random) -> Iterator[None]:
    """Have channel A come back with a certificate that ended yesterday."""
    try:
        stand.crew.end("channel-a")
        stand.start_channel("channel-a", days=-1)
        yield
    finally:
        stand.crew.end("channel-a")
        stand.start_channel("channel-a")


@contextmanager
def work_ends_and_trouble_does_not(stand: Stand, _: Random) -> Iterator[None]:
    """Have channel A announce a short work, and stay away when its time is over."""
    try:
        work = announcement("payment-api", SHORT_WORK)
        stand.order("channel-a", maintenance=work, down=503)
        yield
    finally:
        stand.order("channel-a")


@contextmanager
def channel_down_during_our_work(stand: Stand, random: Random) -> Iterator[None]:
    """Have channel A fail while a window covers something else of ours."""
    start = datetime.now(UTC)
    stand.monitor.schedule(
        {
            "components": ["mariadb"],
            "start": start.isoformat(),
            "end": (start + timedelta(minutes=10)).isoformat(),
            "title": {"zh-CN": "账本升级", "en": "Ledger upgrade"},
        }
    )
    with channel_down(stand, random):
        yield


def on_the_way_out(verdict: str) -> Injector:
    """Return what does *verdict* to the packets that go to the channels."""

    @contextmanager
    def inject(stand: Stand, _: Random) -> Iterator[None]:
        with firewall(stand.network, Side.INSIDE, to_channels(stand, verdict)):
            yield

    return inject


@contextmanager
def databases_cut_off(stand: Stand, _: Random) -> Iterator[None]:
    """Drop what goes to the ports of both databases, as a wrong rule of a firewall does."""
    ports = "tcp dport { 3306, 5432 } drop;"
    rule = f"chain input {{ type filter hook input priority 0; {ports} }}"
    with firewall(stand.network, Side.INSIDE, rule):
        yield


@contextmanager
def monitor_cut_off(stand: Stand, _: Random) -> Iterator[None]:
    """Drop all that the monitor sends and gets, but for what it says to itself."""
    rules = "\n".join(
        f'chain {hook} {{ type filter hook {hook} priority 0; {by} != "lo" drop; }}'
        for hook, by in (("input", "iifname"), ("output", "oifname"))
    )
    with firewall(stand.network, Side.MONITOR, rules):
        yield


@contextmanager
def edge_name_astray(stand: Stand, _: Random) -> Iterator[None]:
    """Have our name lead to an address that is not ours, by a slip of whoever keeps the zone."""
    try:
        stand.crew.end("names", signal.SIGKILL)
        start_names(stand.crew, stand.addresses, edge=stand.addresses.reference)
        yield
    finally:
        stand.crew.end("names", signal.SIGKILL)
        start_names(stand.crew, stand.addresses)


@contextmanager
def edge_name_gone(stand: Stand, _: Random) -> Iterator[None]:
    """Delete our name from its zone."""
    try:
        stand.crew.end("names", signal.SIGKILL)
        start_names(stand.crew, stand.addresses, edge=NOWHERE)
        yield
    finally:
        stand.crew.end("names", signal.SIGKILL)
        start_names(stand.crew, stand.addresses)


@contextmanager
def workers_killed(stand: Stand, _: Random) -> Iterator[None]:
    """Kill the application's workers; connections still stand, since the master listens."""
    try:
        for pid in stand.workers():
            os.kill(pid, signal.SIGKILL)
        yield
    finally:
        stand.crew.end("credit-0")
        stand.start_credit(0)


@contextmanager
def upstream_misconfigured(stand: Stand, _: Random) -> Iterator[None]:
    """Have the edge pass requests on to a port where nobody listens."""
    try:
        stand.edge.pass_on_to(9)
        yield
    finally:
        stand.edge.pass_on_to(8000)


@contextmanager
def logins_stuffed(stand: Stand, _: Random) -> Iterator[None]:
    """Try stolen passwords from many addresses, some per second each."""
    outside = stand.network.command(Side.OUTSIDE)
    own = "10.77.2.128/26"
    module = "tests.scenarios.programs.stuffing"
    try:
        run([*outside, "ip", "route", "add", "local", own, "dev", "lo"])
        stand.start_outside("stuffing", module, stand.addresses.platform, own)
        yield
    finally:
        stand.crew.end("stuffing")
        run([*outside, "ip", "route", "del", "local", own, "dev", "lo"])
