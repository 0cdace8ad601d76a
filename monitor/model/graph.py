"""The dependency graph of components and services: who needs whom, directly or not."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from monitor.model.platform import Component, Dependency, Service


class Edge(NamedTuple):
    """A line in a drawing: who needs whom, and how; *label* is empty where it is simply needed."""

    source: str
    target: str
    label: str


class Graph:
    """An acyclic graph over component and service names; built once per configuration."""

    def __init__(self, components: Iterable[Component], services: Iterable[Service]) -> None:
        self.components: Mapping[str, Component] = {each.name: each for each in components}
        self.services: Mapping[str, Service] = {each.name: each for each in services}
        self._needs = {
            name: frozenset(other for dependency in edges for other in dependency.names)
            for name, edges in self._edges()
        }
        self._needed_by: dict[str, set[str]] = {name: set() for name in self._needs}
        for name, others in self._needs.items():
            for other in others:
                self._needed_by.setdefault(other, set()).add(name)
        self._order = self._sorted()
        self._positions = {name: at for at, name in enumerate(self._order)}
        self._all_needs = {name: self._reach(name, self._needs) for name in self._needs}
        self._all_needed_by = {name: self._reach(name, self._needed_by) for name in self._needs}

    def _edges(self) -> Iterable[tuple[str, tuple[Dependency, ...]]]:
        yield from ((name, each.depends_on) for name, each in self.components.items())
        yield from ((name, each.depends_on) for name, each in self.services.items())

    def needs(self, name: str) -> frozenset[str]:
        """Return the names that *name* depends on directly."""
        return self._needs.get(name, frozenset())

    def edges(self, name: str) -> tuple[Edge, ...]:
        """Return one edge per name that *name* depends on directly, however often it says so."""
        node = self.components.get(name) or self.services[name]
        labels: dict[str, list[str]] = {}
        for dependency in node.depends_on:
            for other in dependency.names:
                labels.setdefault(other, []).append(dependency.label)
        return tuple(
            Edge(name, other, ", ".join(each) if all(each) else "")
            for other, each in labels.items()
        )

    def all_needs(self, name: str) -> frozenset[str]:
        """Return the names that *name* depends on, directly or not."""
        return self._all_needs.get(name, frozenset())

    def needed_by(self, name: str) -> frozenset[str]:
        """Return the names that depend directly on *name*."""
        return frozenset(self._needed_by.get(name, ()))

    def all_needed_by(self, name: str) -> frozenset[str]:
        """Return the names that depend on *name*, directly or not."""
        return self._all_needed_by.get(name, frozenset())

    def companions(self, name: str) -> frozenset[str]:
        """Return what those that depend on *name* depend on besides, and *name* itself does not."""
        above = self.all_needed_by(name)
        others = {other for each in above for other in self.needs(each)}
        return frozenset(others - above - self.all_needs(name) - {name})

    def order(self) -> tuple[str, ...]:
        """Return all names, dependencies before their dependants."""
        return self._order

    def position(self, name: str) -> int:
        """Return where *name* stands in `order`."""
        return self._positions[name]

    def _sorted(self) -> tuple[str, ...]:
        done: dict[str, None] = {}

        def visit(name: str) -> None:
            if name not in done:
                for other in sorted(self.needs(name)):
                    visit(other)
                done[name] = None

        for name in self._needs:
            visit(name)
        return tuple(done)

    @staticmethod
    def _reach(start: str, edges: Mapping[str, Iterable[str]]) -> frozenset[str]:
        seen: set[str] = set()
        ahead = [start]
        while ahead:
            for other in edges.get(ahead.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    ahead.append(other)
        return frozenset(seen)


def find_cycle(edges: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return the names of one dependency cycle, first name repeated at the end, or ()."""
    finished: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> tuple[str, ...]:
        if name in path:
            return (*path[path.index(name) :], name)
        if name in finished:
            return ()
        for other in sorted(edges.get(name, ())):
            if cycle := walk(other, (*path, name)):
                return cycle
        finished.add(name)
        return ()

    return next((cycle for name in sorted(edges) if (cycle := walk(name, ()))), ())
