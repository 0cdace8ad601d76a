"""Faults of the monitor itself: never incidents, always said aloud."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FaultKind(StrEnum):
    """What can be wrong with the monitor."""

    CLOCK_JUMP = "clock_jump"
    SUSPENDED = "suspended"
    LOOP_STALL = "loop_stall"
    STORE_UNWRITABLE = "store_unwritable"
    ISOLATED = "isolated"
    RESOLVER = "resolver"
    LOCAL_RESOURCE = "local_resource"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorFault:
    """A spell in which the monitor could not trust itself."""

    id: str
    kind: FaultKind
    started_at: datetime
    detail: str = ""
    cleared_at: datetime | None = None
