"""Faults of the payment channels, of our keys there, and of the way to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tests.scenarios.network import Side, firewall
from tests.scenarios.servers.keys import CLIENT
from tests.scenarios.stand import Stand

WORK = timedelta(minutes=10)


@contextmanager
def _ordered(stand: Stand, channel: str, **orders: Any) -> Iterator[None]:
    try:
        stand.order(channel, **orders)
        yield
    finally:
        stand.order(channel)


@contextmanager
def channel_down(stand: Stand, random: Random) -> Iterator[None]:
    """Have channel A say that it is out of service, or overloaded."""
    with _ordered(stand, "channel-a", down=random.choice((502, 503))):
        yield


@contextmanager
def channel_slow(stand: Stand, _: Random) -> Iterator[None]:
    """Delay all that channel A says by three seconds."""
    with _ordered(stand, "relay", **{"channel-a": {"delay": 3.0}}):
        yield


@contextmanager
def contract_changed(stand: Stand, _: Random) -> Iterator[None]:
    """Have channel A rename a field and invent a status, unannounced."""
    with _ordered(stand, "channel-a", renamed=True):
        yield


@contextmanager
def secret_rotated(stand: Stand, _: Random) -> Iterator[None]:
    """Change our secret at channel A without telling those who use it."""
    with _ordered(stand, "channel-a", clients={CLIENT: "the-new-secret"}):
        yield


@contextmanager
def maintenance_announced(stand: Stand, _: Random) -> Iterator[None]:
    """Have channel A work on what its status page says it works on."""
    with _ordered(stand, "channel-a", maintenance=announcement("payment-api"), down=503):
        yield


@contextmanager
def maintenance_elsewhere(stand: Stand, _: Random) -> Iterator[None]:
    """Have channel A's page announce work on something that we do not use."""
    with _ordered(stand, "channel-a", maintenance=announcement("merchant-portal")):
        yield


@contextmanager
def egress_dropped(stand: Stand, _: Random) -> Iterator[None]:
    """Drop what goes to the channels, in the platform's own firewall."""
    with firewall(stand.network, Side.INSIDE, to_channels(stand, "drop")):
        yield


def to_channels(stand: Stand, verdict: str) -> str:
    """Return the rules that do *verdict* to whatever goes to the channels."""
    targets = f"{{ {stand.addresses.channel_a}, {stand.addresses.channel_b} }}"
    return "\n".join(
        f"chain {hook} {{ type filter hook {hook} priority 0; ip daddr {targets} {verdict}; }}"
        for hook in ("forward", "output")
    )


def announcement(component: str, lasts: timedelta = WORK) -> dict[str, str]:
    """Return the order to announce work on *component*, which begins now."""
    now = datetime.now(UTC)
    start = now - timedelta(seconds=1)
    return {
        "id": "planned-work",
        "component": component,
        "announced": _text(now - timedelta(days=1)),
        "start": _text(start),
        "until": _text(start + lasts),
    }


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
