"""Whether targets that share nothing are all out of reach at once: then it is our own way."""

from collections import Counter
from collections.abc import Iterator

from monitor.engine.memory import Memory
from monitor.model.observation import FailureKind, Observation
from monitor.model.platform import ComponentKind

# Nobody answered, not even to refuse.
_UNREACHED = frozenset(
    {
        FailureKind.CONNECT_TIMEOUT,
        FailureKind.CONNECT_UNREACHABLE,
        FailureKind.NAME_SERVER_FAILURE,
        FailureKind.NAME_TIMEOUT,
    }
)
# More than this share of what shares no dependency, and no fewer than so many.
SHARE = 0.6
FEWEST = 3


class Breadth:
    """Stands in for canaries where none is configured.

    Targets of ours and of others, none of which needs another, do not fail together. Those of
    ours alone may: they stand in one building, which loses its power.
    """

    def __init__(self, memory: Memory) -> None:
        has_canaries = any(each.canary for each in memory.checks.values())
        watched = {each.component for each in memory.checks.values()}
        alone = {name for name in watched if not memory.graph.needs(name)}
        self._targets: frozenset[str] = frozenset(() if has_canaries else alone)
        self._lost: set[str] = set()
        self._kinds: Counter[bool] = Counter()

    @property
    def is_used(self) -> bool:
        """Whether there is anything to judge by."""
        return bool(self._targets)

    def checks_lost(self, memory: Memory) -> Iterator[str]:
        """Yield the checks of the targets that are out of reach."""
        for name in self._lost:
            yield from memory.heard(name)

    @property
    def is_cut_off(self) -> bool:
        """Whether so much is out of reach that it must be the way there."""
        many = len(self._lost) >= FEWEST and len(self._lost) > SHARE * len(self._targets)
        return many and bool(self._kinds[True] and self._kinds[False])

    def see(self, observation: Observation, memory: Memory) -> None:
        """Take in one run, which *memory* has noted."""
        name = observation.component
        if name not in self._targets:
            return
        heard = memory.heard(name)
        is_lost = bool(heard) and all(
            memory.recent[check] and _is_unreached(memory.recent[check][-1]) for check in heard
        )
        if is_lost != (name in self._lost):
            is_theirs = memory.graph.components[name].kind is ComponentKind.THIRD_PARTY
            self._kinds[is_theirs] += 1 if is_lost else -1
            self._lost ^= {name}


def _is_unreached(observation: Observation) -> bool:
    return observation.failure is not None and observation.failure.kind in _UNREACHED
