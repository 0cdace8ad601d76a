"""What probes remember from one run of a check to the next: rates and offsets need it."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol, TypeVar, cast, runtime_checkable

from monitor.model.check import Check

T = TypeVar("T")

_MOST_CHECKS = 20_000


@runtime_checkable
class Closable(Protocol):
    """What holds something open, such as a session."""

    def close(self) -> None:
        """Let go of it at once."""
        ...


class Memory:
    """One value per check; a check that changes starts anew, and the least used are forgotten."""

    def __init__(self, most: int = _MOST_CHECKS) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[object, object]] = OrderedDict()

    def of(self, check: Check, make: Callable[[], T]) -> T:
        """Return what is remembered of *check*; the first time, and after a change, a new one."""
        spec, value = self._kept.get(check.name, (None, None))
        if value is None or not (spec is check.spec or spec == check.spec):
            _close(value)
            value = make()
            self._kept[check.name] = (check.spec, value)
            if len(self._kept) > self._most:
                _close(self._kept.popitem(last=False)[1][1])
        self._kept.move_to_end(check.name)
        # The spec fixes the probe, and the probe the type of what it remembers.
        return cast("T", value)

    def keep(self, names: frozenset[str]) -> None:
        """Forget all checks but those with one of these *names*."""
        for name in self._kept.keys() - names:
            _close(self._kept.pop(name)[1])

    def close(self) -> None:
        """Forget everything, and let go of what is held open."""
        for _, value in self._kept.values():
            _close(value)
        self._kept.clear()


def _close(value: object) -> None:
    if isinstance(value, Closable):
        value.close()
