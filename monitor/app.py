"""The composition root: knows every concrete class and passes each to who needs it."""

import asyncio
import os
import signal
import socket
import sys
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import structlog
import uvloop

from monitor import config, logs
from monitor.clock import SystemClock
from monitor.collecting import settle_at_start
from monitor.engine.driver import Driver
from monitor.engine.engine import Engine
from monitor.model.batch import Batch, SavedState
from monitor.model.configuration import Configuration, Listeners, StoreConfig
from monitor.model.events import Json
from monitor.model.observation import Observation, Trigger
from monitor.model.status import CheckState
from monitor.probes.prober import Prober
from monitor.probes.table import SPECS
from monitor.publish.alerts.table import RECEIVERS
from monitor.publish.notices.render import Renderer
from monitor.runtime import Monitor, max_in_flight
from monitor.schedule.schedule import Schedule
from monitor.storage.errors import StoreError, StoreUnavailableError
from monitor.storage.store import open_store
from monitor.web.ops.backend import Finding
from monitor.web.ops.payloads import finding_payload
from monitor.web.public.app import create_public_app
from monitor.web.serving import ListenerBusyError, Serving, bind

log = structlog.get_logger("app")

# A change counts when two looks see the same.
LOOK_AT_FILES_SECONDS = 1.0

VERSION = version("availability-monitor")


def load_configuration(path: Path) -> Configuration:
    """Load and check a configuration; raises ConfigError with all problems at once."""
    return config.load(path, environment=os.environ, locales=Renderer().locales(), **_specs())


def configuration_schema() -> dict[str, Any]:
    """Return the JSON Schema of a configuration file."""
    return config.schema(**_specs())


def run(path: Path) -> int:
    """Run the monitor until SIGTERM or SIGINT; 2 where it cannot start as configured."""
    logs.configure()
    try:
        configuration = load_configuration(path)
    except config.ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for warning in configuration.warnings:
        log.warning("configuration_warning", text=warning)
    try:
        uvloop.run(_run(path, configuration))
    except StoreUnavailableError as error:
        sys.stderr.write(f"error: cannot open {_place(configuration.store)}: {error}\n")
        return 2
    except (ListenerBusyError, StoreError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    return 0


def _place(store: StoreConfig) -> str:
    """Name the store for a person; its URL may hold a password."""
    return "the database of store.url" if store.url else f"the store in {store.data_dir}"


async def probe_once(path: Path, name: str) -> Observation:
    """Probe one check now, outside any running monitor; KeyError where there is none."""
    checks = {each.name: each for each in load_configuration(path).checks}
    prober = Prober(SystemClock())
    try:
        return await prober.probe(checks[name], trigger=Trigger.DEMAND)
    finally:
        await prober.close()


async def diagnose_for(path: Path, seconds: float) -> list[dict[str, Json]]:
    """Watch everything for so long with an engine in memory; return what is not well, and why."""
    configuration = load_configuration(path)
    clock = SystemClock()
    engine = Engine(configuration, _as_if_well_before(configuration), clock.now())
    driver = Driver(engine, clock, _Nowhere(), lambda _: None)
    prober = Prober(clock)
    schedule = Schedule(prober, driver.take, clock, max_in_flight(configuration))
    driver.start(schedule)
    schedule.replace(configuration.checks)
    schedule.every_second(driver.tick)
    schedule.start()
    try:
        await asyncio.sleep(seconds)
        found = engine.verdicts(clock.now())
        return [finding_payload(Finding(**each._asdict())) for each in found]
    finally:
        await schedule.stop()
        await prober.close()


def _as_if_well_before(configuration: Configuration) -> SavedState:
    """Return a past in which every check once worked: asked now, a failure is a failure."""
    return SavedState(
        checks=tuple(
            CheckState(check=each.name, component=each.component, ever_succeeded=True)
            for each in configuration.checks
        )
    )


class _Nowhere:
    """A store for an engine that leaves nothing behind."""

    def submit(self, batch: Batch) -> None:
        """Forget *batch*."""


def _specs() -> dict[str, Any]:
    return {
        "probe_specs": {name: each.spec for name, each in SPECS.items()},
        "channel_specs": {name: each.spec for name, each in RECEIVERS.items()},
    }


async def _run(path: Path, configuration: Configuration) -> None:
    listeners = configuration.listeners
    sockets = [
        bind(listeners.public_host, listeners.public_port),
        bind(listeners.operations_host, listeners.operations_port),
    ]
    configuration = replace(configuration, listeners=_bound(listeners, *sockets))
    clock = SystemClock()
    where = configuration.store
    store = open_store(where.url, where.data_dir, clock, keep_days=where.keep_days)
    monitor = Monitor(partial(load_configuration, path), configuration, store, clock, VERSION)
    public = Serving(create_public_app(monitor.face.site, monitor.mail.desk), sockets[0])
    operations = Serving(monitor.operations_app(), sockets[1])
    following = asyncio.create_task(_follow_files(config.FileWatch(path, os.environ), monitor))
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    loop.add_signal_handler(signal.SIGHUP, monitor.reload_soon)
    try:
        await monitor.start()
        await public.start()
        await operations.start()
        settling = asyncio.create_task(settle_at_start())
        ports = configuration.listeners
        log.info(
            "started",
            checks=len(configuration.checks),
            public=ports.public_port,
            operations=ports.operations_port,
        )
        await stopping.wait()
        settling.cancel()
    finally:
        following.cancel()
        await operations.stop()
        await public.stop()
        await monitor.stop()
        log.info("stopped")


def _bound(wanted: Listeners, public: socket.socket, operations: socket.socket) -> Listeners:
    """Return *wanted* with the ports that were taken: any free one may be wanted."""
    return replace(
        wanted,
        public_port=public.getsockname()[1],
        operations_port=operations.getsockname()[1],
    )


async def _follow_files(watch: config.FileWatch, monitor: Monitor) -> None:
    """Read the configuration again soon after its files have changed."""
    while True:
        await asyncio.sleep(LOOK_AT_FILES_SECONDS)
        changed = await asyncio.to_thread(watch.has_changed)
        if changed and monitor.configuration().reload_on_change:
            monitor.reload_soon()
