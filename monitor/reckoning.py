"""Reckons what incidents cost in business, beside the probes and never in their way."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from monitor.clock import Clock
from monitor.engine.commands import note_business
from monitor.engine.driver import Driver
from monitor.incidents.business import WEEKS, Span, expectation
from monitor.model.batch import Batch
from monitor.model.business import BusinessLoss
from monitor.model.check import Check
from monitor.model.incident import Incident, IncidentStatus
from monitor.model.platform import BusinessMetric
from monitor.probes.promql import QueryError

log = structlog.get_logger(__name__)

EVERY_SECONDS = 60.0
# What happened last has been scraped, and rates over some minutes have left the incident behind.
FINAL_AFTER = timedelta(minutes=2)


class Histories(Protocol):
    """Where the past of a metric is read; QueryError or TimeoutError where it cannot be."""

    async def history(
        self, check: Check, start: datetime, end: datetime, step_seconds: float
    ) -> tuple[float, ...]: ...


class BusinessMetrics(Protocol):
    """Counts how often the past of a metric was asked for, by whether it could be read."""

    def asked(self, *, ok: bool) -> None: ...


class Reckoner:
    """Goes through the incidents that touch a service with a business metric, once a minute."""

    def __init__(
        self, driver: Driver, histories: Histories, clock: Clock, metrics: BusinessMetrics
    ) -> None:
        self._driver = driver
        self._histories = histories
        self._clock = clock
        self._metrics = metrics

    async def run(self) -> None:
        """Reckon until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self.reckon()

    async def reckon(self) -> None:
        """Reckon every incident whose cost is not final, one after another."""
        for incident in tuple(self._driver.engine.memory.incidents.values()):
            now = self._clock.now()
            losses = [
                loss
                for service, metric in self._due(incident)
                if (loss := await self._loss(incident, service, metric, now)) is not None
            ]
            if losses:
                self._driver.run(partial(self._note, incident.id, losses))

    def _note(self, identity: str, losses: list[BusinessLoss], now: datetime) -> tuple[None, Batch]:
        return None, note_business(self._driver.engine.memory, identity, losses, now)

    def _due(self, incident: Incident) -> Iterator[tuple[str, BusinessMetric]]:
        """Yield the metrics of the services it touches that may still change."""
        if incident.status is IncidentStatus.WITHDRAWN:
            return
        # What was final before a relapse is not any more.
        final = {
            (each.service, each.metric)
            for each in incident.business
            if each.is_final and each.until == incident.recovered_at
        }
        for name in incident.services:
            service = self._driver.engine.memory.graph.services.get(name)
            for metric in service.business if service else ():
                if (name, metric.check) not in final:
                    yield name, metric

    async def _loss(
        self, incident: Incident, service: str, metric: BusinessMetric, now: datetime
    ) -> BusinessLoss | None:
        memory = self._driver.engine.memory
        check = memory.checks.get(metric.check)
        end = incident.recovered_at or now
        if check is None or end <= incident.felt_from:
            return None
        span = Span.of(incident.felt_from, end)
        zone = ZoneInfo(memory.configuration.platform.time_zone)
        try:
            actual, *earlier = [
                each.total(
                    await self._histories.history(check, each.start, each.end, each.step_seconds),
                    metric.per_seconds,
                )
                for each in (span, *(span.weeks_before(week + 1, zone) for week in range(WEEKS)))
            ]
        except (QueryError, TimeoutError) as error:
            log.warning("business_unread", check=check.name, reason=str(error) or "timeout")
            self._metrics.asked(ok=False)
            return None
        self._metrics.asked(ok=True)
        expected, weeks = expectation(earlier)
        recovered = incident.recovered_at
        return BusinessLoss(
            service=service,
            metric=metric.check,
            names=metric.names,
            since=span.start,
            until=span.end,
            actual=actual,
            expected=expected,
            weeks=weeks,
            at=now,
            is_final=recovered is not None and now - recovered >= FINAL_AFTER,
        )
