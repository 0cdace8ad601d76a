"""Keeps the demo platform as it is wanted: its processes, its ledger, the faults that are on."""

import http.client
import sys
import time
from collections.abc import Mapping
from functools import partial

from monitor.demo import ports as loopback
from monitor.demo.children import Children
from monitor.demo.errors import DemoError
from monitor.demo.faults import FAULTS
from monitor.demo.files import ensure_secret
from monitor.demo.identity import ProcessRecord
from monitor.demo.layout import Layout
from monitor.demo.ledger import Ledger
from monitor.demo.names import (
    BANK_A,
    BANK_B,
    GATEWAY,
    LEDGER,
    MAILBOX,
    MONITOR,
    RECEIVER,
    SUPERVISOR,
    TRAFFIC,
)
from monitor.demo.postgres import PostgresError
from monitor.demo.state import DemoState, load_state
from monitor.demo.switches import Switches
from monitor.demo.waiting import wait_until

SERVERS = (GATEWAY, BANK_A, BANK_B, RECEIVER, MAILBOX)
START_SECONDS = 30.0


class Supervisor:
    """Makes real what the switches ask for, level-triggered, and records what it did."""

    def __init__(self, layout: Layout, ledger: Ledger, own: ProcessRecord, ops_url: str) -> None:
        self._layout = layout
        self._ledger = ledger
        self._own = own
        self._switches = Switches(layout)
        self._state = DemoState(ops_url=ops_url)
        self._children = Children(layout, {})
        self._monitor: ProcessRecord | None = None
        self._saved = ""

    def start(self) -> None:
        """Start everything and return once it answers; faults that were on are on again."""
        before = load_state(self._layout)
        ensure_secret(self._layout.webhook_secret, prefix="whsec_")
        self._ledger.prepare()
        self._choose_ports(before.ports)
        self._children = Children(self._layout, self._state.ports)
        self._save()
        self._keep_ledger()
        self._children.reconcile(SERVERS)
        for name in SERVERS:
            if not wait_until(partial(self._answers, name), START_SECONDS):
                raise DemoError(f"{name} does not answer; see {self._layout.logs / name}.log")
        self._state.ready = True
        self.tick()

    def tick(self) -> None:
        """Bring everything to what is wanted now; called several times a second."""
        self._expire_faults()
        on = self._switches.on()
        try:
            self._keep_ledger()
        except PostgresError as error:
            print(f"demo: {error}", file=sys.stderr, flush=True)
        helpers = {FAULTS[name].helper for name in on if name in FAULTS}
        self._children.reconcile({*SERVERS, TRAFFIC, *(each for each in helpers if each)})
        self._state.faults_in_effect = [name for name in FAULTS if name in on and self._acts(name)]
        self._save()

    def stop(self) -> None:
        """End everything, the ledger last and cleanly."""
        self._state.ready = False
        self._children.stop()
        self._ledger.stop()
        self._save()

    def record_monitor(self, monitor: ProcessRecord | None) -> None:
        """Note the monitor's process, so that the next start can end it if it is left over."""
        self._monitor = monitor
        self._save()

    def environment(self) -> Mapping[str, str]:
        """Return what the demo's check definitions refer to."""
        return self._state.environment

    def _choose_ports(self, before: Mapping[str, int]) -> None:
        """Keep the ports of the last run; a ledger that is adopted keeps its own anyway."""
        adopted = self._ledger.running() is not None and LEDGER in before
        names = SERVERS if adopted else (*SERVERS, LEDGER)
        chosen = loopback.choose(names, before)
        if adopted:
            chosen[LEDGER] = before[LEDGER]
        self._state.ports = chosen
        self._state.environment = {
            f"DEMO_{name.upper().replace('-', '_')}_PORT": str(port)
            for name, port in chosen.items()
        }

    def _keep_ledger(self) -> None:
        stopped = any(
            FAULTS[name].stops == LEDGER for name in self._switches.on() if name in FAULTS
        )
        if stopped:
            self._ledger.stop()
        else:
            self._ledger.start(self._state.ports[LEDGER])

    def _acts(self, name: str) -> bool:
        fault = FAULTS[name]
        if fault.stops == LEDGER:
            return self._ledger.running() is None
        return fault.helper is None or self._children.is_running(fault.helper)

    def _expire_faults(self) -> None:
        for name, switch in self._switches.on().items():
            longest = FAULTS[name].longest_seconds if name in FAULTS else None
            if longest is not None and time.time() - switch.since > longest:
                self._switches.turn_off(name)

    def _answers(self, name: str) -> bool:
        """Say whether a server answers at all; while it does not, see that it runs."""
        self._children.reconcile(SERVERS)
        if name == MAILBOX:
            return not loopback.is_free(self._state.ports[name])
        connection = http.client.HTTPConnection(loopback.HOST, self._state.ports[name], timeout=1.0)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True

    def _save(self) -> None:
        """Record the state when it differs from what was recorded last."""
        ledger = self._ledger.running()
        recorded = {SUPERVISOR: self._own, MONITOR: self._monitor, LEDGER: ledger}
        self._state.processes = {
            **{name: each for name, each in recorded.items() if each is not None},
            **self._children.records(),
        }
        text = repr(self._state)
        if text != self._saved:
            self._state.save(self._layout)
            self._saved = text


def end_leftovers(layout: Layout) -> None:
    """End what an earlier run left behind; the monitor first, the ledger is kept."""
    processes = load_state(layout).processes
    names = sorted(processes, key=lambda name: name != MONITOR)
    for name in names:
        if name not in {LEDGER, SUPERVISOR}:
            processes[name].end()
