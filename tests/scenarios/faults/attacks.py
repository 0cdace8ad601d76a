"""Attacks on the edge, from the stand's own outside and never beyond it."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from tests.scenarios.network import Side
from tests.scenarios.servers import places
from tests.scenarios.stand import Stand
from tests.support.programs import require

# Microseconds between two packets: some thousands per second fill any queue of 128.
BETWEEN_PACKETS = 250
SOCKETS = 400
BYTE_EVERY_SECONDS = 5.0


@contextmanager
def syn_flood(stand: Stand, _: Random) -> Iterator[None]:
    """Send SYN packets whose senders do not exist."""
    target = [stand.addresses.platform, "-p", places.EDGE_HTTP]
    flood = ["--syn", "--rand-source", "--interval", f"u{BETWEEN_PACKETS}", "--quiet"]
    try:
        stand.crew.start("flood", [require("hping3"), *flood, *target], Side.OUTSIDE)
        yield
    finally:
        stand.crew.end("flood", signal.SIGKILL)


@contextmanager
def slow_headers(stand: Stand, _: Random) -> Iterator[None]:
    """Open requests and never finish them: a byte of the header every five seconds."""
    module = "tests.scenarios.programs.slow_headers"
    target = [stand.addresses.platform, places.EDGE_HTTP, SOCKETS, BYTE_EVERY_SECONDS]
    try:
        stand.crew.start("slow", [sys.executable, "-m", module, *target], Side.OUTSIDE)
        yield
    finally:
        stand.crew.end("slow")
