"""What the loss of some components does to another: hard, soft or nothing, along the graph."""

from collections.abc import Iterable

from monitor.model.graph import Graph

HARD = 2
SOFT = 1


def harm_of(graph: Graph, component: str, down: Iterable[str]) -> int:
    """Return what the loss of *down* does to *component*: HARD, SOFT or nothing (0)."""
    return _worst(graph, component, frozenset(down))


def _harm(graph: Graph, name: str, lost: frozenset[str]) -> int:
    return HARD if name in lost else _worst(graph, name, lost)


def _worst(graph: Graph, name: str, lost: frozenset[str]) -> int:
    worst = 0
    for dependency in graph.components[name].depends_on:
        harms = sorted(_harm(graph, each, lost) for each in dependency.names)
        harm = harms[dependency.required - 1]
        worst = max(worst, min(harm, SOFT) if dependency.soft else harm)
    return worst
