"""Whether names resolve at all: where none does for anybody, the resolver is at fault."""

from datetime import datetime

from monitor.model.graph import Graph
from monitor.model.observation import FailureKind, Observation, Outcome
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind

# That a name does not exist is an answer; these are the lack of one.
NAME_FAILURES = frozenset({FailureKind.NAME_SERVER_FAILURE, FailureKind.NAME_TIMEOUT})


class NameWatch:
    """The present spell in which no name resolved: since when, and for whom.

    It is the resolver's fault where a third party and somebody else share it: hosts of ours may
    be in one zone whose servers are down, a stranger's name is in another.
    """

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._failing: dict[str, Observation] = {}
        self._parties: list[str] = []
        self.is_shared = False

    @property
    def is_calm(self) -> bool:
        """Whether no name has failed that none has resolved after."""
        return self._since is None

    @property
    def failing(self) -> tuple[Observation, ...]:
        """The last run of each component whose name is not found."""
        return tuple(self._failing.values())

    def see(self, observation: Observation, graph: Graph) -> None:
        """Take in one run; a name that resolves ends the spell."""
        if failed_by_name(observation):
            self._since = self._since or observation.started_at
            if observation.component not in self._failing:
                self._join(observation.component, graph)
            self._failing[observation.component] = observation
        elif self._since and observation.started_at >= self._since and resolved(observation):
            self._since, self.is_shared = None, False
            self._failing.clear()
            self._parties.clear()

    def _join(self, component: str, graph: Graph) -> None:
        is_party = graph.components[component].kind is ComponentKind.THIRD_PARTY
        others = self._failing if is_party else self._parties
        self.is_shared = self.is_shared or any(
            _are_strangers(graph, component, each) for each in others if each in graph.components
        )
        if is_party:
            self._parties.append(component)


def failed_by_name(observation: Observation) -> bool:
    """Whether a run failed because no name server answered."""
    failure = observation.failure
    failed = observation.outcome is Outcome.FAILED and observation.type != "dns"
    return failed and failure is not None and failure.kind in NAME_FAILURES


def resolved(observation: Observation) -> bool:
    """Whether a name was found in a run; a dns check may ask others than everybody relies on."""
    found = observation.signal(SignalKind.RESOLVE_RCODE) == "NOERROR"
    return found and observation.type != "dns"


def _are_strangers(graph: Graph, one: str, other: str) -> bool:
    return one != other and one not in graph.all_needs(other) and other not in graph.all_needs(one)
