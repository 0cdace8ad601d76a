"""The running monitor: everything between the probes and the listeners, wired together."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import CollectorRegistry

from monitor import config
from monitor.address import leave_note
from monitor.clock import Clock
from monitor.collecting import settle_anew
from monitor.desk import Desk, Outlets
from monitor.engine.driver import Driver
from monitor.engine.engine import Engine
from monitor.model.batch import Batch
from monitor.model.configuration import Configuration
from monitor.model.fault import FaultKind
from monitor.model.observation import Observation
from monitor.model.snapshot import Snapshot
from monitor.model.status import Status
from monitor.probes.prober import Prober
from monitor.publish.alerts.context import ChannelContext
from monitor.publish.alerts.links import Links
from monitor.publish.alerts.names import Names
from monitor.publish.alerts.table import build_receivers
from monitor.publish.deliveries.dispatcher import Dispatcher
from monitor.publish.deliveries.ports import Receiver
from monitor.publish.mail.room import MailRoom
from monitor.publish.metrics.exposition import Exposition
from monitor.publish.metrics.monitor_metrics import MonitorMetrics
from monitor.publish.notices.decisions import Decisions
from monitor.publish.notices.publisher import NoticePublisher
from monitor.publish.notices.render import Renderer
from monitor.reckoning import Reckoner
from monitor.schedule.clock_watch import Jump
from monitor.schedule.limits import default_max_in_flight, raise_descriptor_limit
from monitor.schedule.schedule import Schedule
from monitor.storage.pruning import keep_pruned
from monitor.storage.store import Store
from monitor.web.ops.app import create_ops_app
from monitor.web.ops.token import ensure_token
from monitor.web.public.face import PublicFace
from monitor.web.public.phrases import own_words

log = structlog.get_logger("monitor")

# Alerts leave from memory when the store has not committed for so long.
STORE_PATIENCE_SECONDS = 5.0
STALL_IS_A_FAULT_SECONDS = 5.0
# In DATA_DIR, beside the token: links in mail are made and read with it.
MAIL_KEY = "mail.key"


def max_in_flight(configuration: Configuration) -> int:
    """Return how many probes may be in flight, as configured or as descriptors allow."""
    return configuration.max_in_flight or default_max_in_flight(raise_descriptor_limit())


class Monitor:
    """Everything between the probes and the listeners, wired together."""

    def __init__(
        self,
        load: Callable[[], Configuration],
        configuration: Configuration,
        store: Store,
        clock: Clock,
        version: str,
    ) -> None:
        self._load = load
        self._clock = clock
        self._store = store
        self._tasks: set[asyncio.Task[None]] = set()
        self._saved = store.load()
        self._started_at = now = clock.now()
        self.engine = Engine(configuration, self._saved, now)
        self.driver = Driver(self.engine, clock, store.writer, self._on_batch)
        self._registry = CollectorRegistry()
        self.metrics = MonitorMetrics(self._registry, version=version)
        self._channels = ChannelContext.create(clock, *_addressing(configuration))
        key = ensure_token(configuration.store.data_dir, MAIL_KEY)
        self.mail = MailRoom(store, key, clock, self.metrics.mails)
        receivers = self._receivers(configuration)
        self.dispatcher = Dispatcher(store, receivers, clock, self.metrics.deliveries)
        self._renderer = renderer = Renderer()
        counted = self.metrics.notices
        self.publisher = NoticePublisher(
            store=store, renderer=renderer, facts=self, metrics=counted
        )
        decisions = Decisions(self.publisher, store, renderer, self, counted)
        self._prober = Prober(clock)
        self.schedule = Schedule(
            self._prober,
            self._sink,
            clock,
            max_in_flight(configuration),
            on_jump=self._clock_jumped,
            on_stall=self._loop_stalled,
        )
        self.reckoner = Reckoner(self.driver, self._prober, clock, self.metrics.business)
        self._notices_due = asyncio.Event()
        self._reloading = asyncio.Lock()
        self.face = PublicFace(store, self, clock)
        outlets = Outlets(self.dispatcher, decisions, self.face)
        self.desk = Desk(self.driver, store, outlets, self._prober, clock, version)
        self.metrics.watch_schedule(self.schedule.stats)
        self.metrics.watch_store(store.writer)
        self.metrics.watch_deliveries(self.dispatcher.oldest_seconds)
        self.metrics.watch_drafts(self._draft_ages)
        self._configured(configuration)

    async def start(self) -> None:
        """Begin to probe, to store and to tell."""
        self._store.writer.start(self._on_commit)
        self.publisher.restore(self._saved.incidents, self._saved.windows)
        self.driver.start(self.schedule)
        self.schedule.replace(self.engine.memory.configuration.checks)
        self.schedule.every_second(self._tick)
        self.schedule.start()
        self._spawn(self.dispatcher.run())
        self._spawn(self._publish_notices())
        self._spawn(self.mail.desk.run())
        self._spawn(self.face.run())
        self._spawn(self.face.publish())
        self._spawn(self.reckoner.run())
        self._spawn(keep_pruned(self._store, self._clock))
        self._write_address()

    async def stop(self) -> None:
        """Stop probing, finish what is under way, and give the store back."""
        await self.schedule.stop()
        await self.dispatcher.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._prober.close()
        await self._store.close()

    def operations_app(self) -> Any:
        """Return the ASGI application of the operations listener."""
        configuration = self.configuration()
        return create_ops_app(
            backend=self.desk,
            metrics=Exposition(self._registry),
            token=ensure_token(Path(configuration.store.data_dir)),
            loopback=configuration.listeners.operations_host in ("127.0.0.1", "::1", "localhost"),
        )

    def configuration(self) -> Configuration:
        """Return the configuration in force."""
        return self.engine.memory.configuration

    def snapshot(self) -> Snapshot:
        """Return the present."""
        return self.engine.snapshot(self._clock.now())

    def statuses(self) -> Mapping[str, Status]:
        """Return what is displayed of every service."""
        memory = self.engine.memory
        return {name: memory.views[name].displayed for name in memory.graph.services}

    async def on_call_informed(self, subject: str) -> bool:
        """Whether somebody on call was reached about *subject*."""
        return await self.dispatcher.on_call_informed(subject)

    def reload_soon(self) -> None:
        """Read the configuration again; a bad one is refused and the old one stays."""
        self._spawn(self._reload())

    def _receivers(self, configuration: Configuration) -> tuple[Receiver, ...]:
        alerts = build_receivers(configuration.receivers, self._channels)
        return (*alerts, *self.mail.receivers(configuration))

    def _sink(self, observation: Observation) -> None:
        self.metrics.probes.observe(observation)
        self.driver.take(observation)

    def _on_batch(self, batch: Batch) -> None:
        self.metrics.incidents.count(batch)
        self.face.changed()

    def _on_commit(self, batch: Batch) -> None:
        self.publisher.saw(batch)
        self.dispatcher.wake()
        self._notices_due.set()
        self.face.changed()

    def _tick(self) -> None:
        self.driver.tick()
        self._watch_store()
        self._notices_due.set()

    def _watch_store(self) -> None:
        """Say that the store cannot be written, and let urgent alerts leave from memory."""
        writer = self._store.writer
        if writer.oldest_uncommitted_seconds() > STORE_PATIENCE_SECONDS:
            detail = writer.last_error.value if writer.last_error else "slow"
            self.driver.fault(FaultKind.STORE_UNWRITABLE, detail)
            waiting = [event for batch in writer.uncommitted() for event in batch.events]
            self.dispatcher.send_unsaved(waiting)
        elif writer.is_writable:
            self.driver.clear(FaultKind.STORE_UNWRITABLE)

    async def _publish_notices(self) -> None:
        while True:
            await self._notices_due.wait()
            self._notices_due.clear()
            if await self.publisher.tick(self._clock.now()):
                self.dispatcher.wake()
                self.face.changed()

    def _draft_ages(self) -> list[float]:
        now = self._clock.now()
        return [(now - each.at).total_seconds() for each in self.publisher.drafts()]

    async def _reload(self) -> None:
        """Take over what the files say, one reload after the other: the last one holds."""
        async with self._reloading:
            await self._take_over()

    async def _take_over(self) -> None:
        try:
            configuration = await asyncio.to_thread(self._load)
        except config.ConfigError as error:
            self.metrics.rejected()
            # The problems say it all; where in our code they were found does not help.
            log.warning("reload_refused", problems=[str(each) for each in error.problems])
            return
        except Exception:
            self.metrics.rejected()
            log.exception("reload_failed")
            return
        changes = config.check_changes(self.configuration(), configuration)
        configuration, waiting = config.until_restart(self.configuration(), configuration)
        links, names = _addressing(configuration)
        self._channels = replace(self._channels, links=links, names=names)
        self.driver.reconfigure(configuration)
        self.schedule.replace(configuration.checks)
        self._prober.keep(each.name for each in configuration.checks if each.enabled)
        await self.dispatcher.replace(self._receivers(configuration))
        self._configured(configuration)
        settle_anew()
        self._write_address()
        for text in configuration.warnings:
            log.warning("configuration_warning", text=text)
        if waiting:
            log.warning("restart_needed", keys=waiting)
        log.info("reloaded", **asdict(changes))

    def _configured(self, configuration: Configuration) -> None:
        own = configuration.notices.templates_dir
        self._renderer.use(Path(own) if own else None)
        self.face.site.speak(own_words(self._renderer.own))
        self.metrics.accepted(configuration, self._clock.now())

    def _clock_jumped(self, jump: Jump) -> None:
        if jump.slept:
            self.driver.clock_jumped(FaultKind.SUSPENDED, f"asleep for {jump.seconds:.1f} s")
        else:
            self.driver.clock_jumped(FaultKind.CLOCK_JUMP, f"stepped by {jump.seconds:+.1f} s")

    def _loop_stalled(self, seconds: float) -> None:
        if seconds > STALL_IS_A_FAULT_SECONDS:
            self.driver.fault(FaultKind.LOOP_STALL, f"{seconds:.1f} s")
            self.driver.clear(FaultKind.LOOP_STALL)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task_failed", task=task.get_name(), exc_info=error)

    def _write_address(self) -> None:
        leave_note(self.configuration(), self._started_at, self._renderer.own)


def _addressing(configuration: Configuration) -> tuple[Links, Names]:
    return Links.of(configuration.platform), Names.of(configuration)
