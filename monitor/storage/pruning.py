"""Keeps retention going as long as the monitor runs."""

import asyncio
from datetime import datetime
from typing import Protocol

import structlog

from monitor.clock import Clock

log = structlog.get_logger(__name__)

EVERY_SECONDS = 3600.0


class Prunable(Protocol):
    """A store that can forget."""

    async def prune(self, now: datetime) -> int: ...


async def keep_pruned(store: Prunable, clock: Clock, every_seconds: float = EVERY_SECONDS) -> None:
    """Forget what is older than promised, until cancelled; a store that is away is asked again."""
    while True:
        await asyncio.sleep(every_seconds)
        try:
            await store.prune(clock.now())
        except Exception as error:  # noqa: BLE001 - whatever ails the store, the next time may do
            log.warning("retention_failed", error=type(error).__name__)
