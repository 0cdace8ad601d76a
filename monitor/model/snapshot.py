"""The present: what metrics, pages and the API show, taken from memory at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.model.check import Check
from monitor.model.fault import MonitorFault
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.observation import Observation
from monitor.model.status import CheckState, StatusView


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything current at *at*; *version* rises whenever anything but observations changed.

    *incidents* holds those open or monitoring, *windows* those not ended.
    """

    at: datetime
    version: int
    services: Mapping[str, StatusView]
    components: Mapping[str, StatusView]
    checks: Mapping[str, Check]
    check_states: Mapping[str, CheckState]
    observations: Mapping[str, Observation]
    incidents: tuple[Incident, ...]
    windows: tuple[Window, ...]
    faults: tuple[MonitorFault, ...]
