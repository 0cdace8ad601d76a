"""The case: all that is known about one failing component when it is diagnosed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.model.change import Change
from monitor.model.check import Check
from monitor.model.graph import Graph
from monitor.model.incident import Onset
from monitor.model.maintenance import Window
from monitor.model.observation import Observation
from monitor.model.status import CheckState, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the rules may look at; `Scene` answers their questions about it.

    *recent* holds the last observations per check, oldest first; *baselines* the median duration
    in seconds of each check's good runs before the onset; *own* what each component's own checks
    say; *excusing* is the window in progress that explains the failure, if one does.
    """

    component: str
    onset: Onset
    graph: Graph
    own: Mapping[str, Status]
    checks: Mapping[str, Check]
    states: Mapping[str, CheckState]
    recent: Mapping[str, tuple[Observation, ...]]
    baselines: Mapping[str, float] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    excusing: Window | None = None
