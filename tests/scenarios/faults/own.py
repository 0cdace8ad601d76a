"""Faults of our own making: certificates, planned work, and the monitor's own resolver."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random

from tests.scenarios.stand import Stand

WINDOW_SECONDS = 20.0
# An address that is kept for documentation: nobody answers there.
DEAD_RESOLVER = "192.0.2.53"


@contextmanager
def certificate_expired(stand: Stand, _: Random) -> Iterator[None]:
    """Have the edge show a certificate that ended yesterday."""
    try:
        stand.edge.show_certificate(days=-1)
        stand.edge.reload()
        yield
    finally:
        stand.edge.show_certificate(days=90)
        stand.edge.reload()


@contextmanager
def certificate_renewed(stand: Stand, _: Random) -> Iterator[None]:
    """Renew the edge's certificate in the usual way."""
    stand.edge.show_certificate(days=398)
    stand.edge.reload()
    yield


@contextmanager
def maintenance_overruns(stand: Stand, _: Random) -> Iterator[None]:
    """Work within a window of the calendar, and go on when it is over."""
    start = datetime.now(UTC)
    end = start + timedelta(seconds=WINDOW_SECONDS)
    stand.monitor.schedule(
        {
            "services": ["quota", "payment"],
            "start": start.isoformat(),
            "end": end.isoformat(),
            "title": {"zh-CN": "系统升级维护", "en": "System upgrade"},
        }
    )
    try:
        # Whoever starts to work first sees that the window has begun.
        time.sleep(1.5)
        stand.edge.show_maintenance(on=True)
        yield
    finally:
        stand.edge.show_maintenance(on=False)


@contextmanager
def resolver_dead(stand: Stand, _: Random) -> Iterator[None]:
    """Point the monitor's resolver to an address where nobody answers."""
    file = stand.network.resolver_file
    assert file is not None
    before = file.read_text()
    try:
        file.write_text(f"nameserver {DEAD_RESOLVER}\n")
        yield
    finally:
        file.write_text(before)
