"""What the supervisor records about the running demo: ports, processes, faults in effect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.demo.files import read_json, write_json
from monitor.demo.identity import ProcessRecord
from monitor.demo.layout import Layout
from monitor.demo.names import SUPERVISOR


@dataclass(kw_only=True)
class DemoState:
    """The content of state.json; the supervisor is its only writer."""

    ready: bool = False
    ops_url: str = ""
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, ProcessRecord] = field(default_factory=dict)
    faults_in_effect: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        """Say whether the supervisor that wrote this still runs."""
        supervisor = self.processes.get(SUPERVISOR)
        return supervisor is not None and supervisor.is_running()

    def save(self, layout: Layout) -> None:
        """Write the state at once."""
        write_json(
            layout.state,
            {
                "ready": self.ready,
                "ops_url": self.ops_url,
                "ports": self.ports,
                "processes": {name: one.dump() for name, one in self.processes.items()},
                "faults_in_effect": self.faults_in_effect,
                "environment": self.environment,
            },
        )


def load_state(layout: Layout) -> DemoState:
    """Read the recorded state; an absent or damaged file is an empty state."""
    document = read_json(layout.state) or {}
    return DemoState(
        ready=document.get("ready") is True,
        ops_url=str(document.get("ops_url", "")),
        ports=_ports(document.get("ports")),
        processes=_processes(document.get("processes")),
        faults_in_effect=[str(name) for name in document.get("faults_in_effect") or ()],
        environment={key: str(value) for key, value in _items(document.get("environment"))},
    )


def _items(document: Any) -> list[tuple[str, Any]]:
    return list(document.items()) if isinstance(document, Mapping) else []


def _ports(document: Any) -> dict[str, int]:
    return {name: port for name, port in _items(document) if isinstance(port, int)}


def _processes(document: Any) -> dict[str, ProcessRecord]:
    loaded = ((name, ProcessRecord.load(one)) for name, one in _items(document))
    return {name: record for name, record in loaded if record is not None}
