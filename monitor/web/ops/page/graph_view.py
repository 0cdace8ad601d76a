"""The dependency graph as a drawing: services left, what they need right of them, in layers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.model.configuration import Configuration
from monitor.model.graph import Edge, Graph
from monitor.model.snapshot import Snapshot
from monitor.model.status import Status, StatusView
from monitor.web.ops.page.wording import english, label

# More boxes than this are no drawing; then only what is not well and its surroundings are drawn.
MOST_NODES = 60
LONGEST_TITLE = 20
BOX_WIDTH, BOX_HEIGHT = 168, 40
COLUMN, ROW = 248, 54
MARGIN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeBox:
    """A service or component as a box at *x*, *y*; *tone* is its displayed status."""

    name: str
    title: str
    tone: str
    hint: str
    is_service: bool
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgePath:
    """A line from who needs to who is needed; *kind* is hard, soft or redundant."""

    path: str
    kind: str
    hint: str
    is_broken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphView:
    """The drawing; *omitted* counts the nodes that were left out."""

    width: int
    height: int
    box_width: int
    box_height: int
    nodes: tuple[NodeBox, ...]
    edges: tuple[EdgePath, ...]
    omitted: int


def graph_view(snapshot: Snapshot, configuration: Configuration) -> GraphView:
    """Return the platform's graph with the present status of everything in it."""
    graph = configuration.graph()
    views = {**snapshot.components, **snapshot.services}
    known = [name for name in (*graph.services, *graph.components) if name in views]
    names = _drawn(graph, known, views)
    places = _places(graph, names)
    nodes = tuple(_node(graph, views[name], places[name]) for name in names)
    edges = tuple(
        _edge(edge, places, views)
        for name in names
        for edge in graph.edges(name)
        if edge.target in places
    )
    return GraphView(
        width=max((each.x for each in nodes), default=0) + BOX_WIDTH + MARGIN,
        height=max((each.y for each in nodes), default=0) + BOX_HEIGHT + MARGIN,
        box_width=BOX_WIDTH,
        box_height=BOX_HEIGHT,
        nodes=nodes,
        edges=edges,
        omitted=len(known) - len(nodes),
    )


def _drawn(graph: Graph, known: Sequence[str], views: Mapping[str, StatusView]) -> Sequence[str]:
    """Return what is drawn: all, or where that is too much what is not well, and its relations."""
    if len(known) <= MOST_NODES:
        return known
    unwell = [each for each in known if views[each].displayed is not Status.OPERATIONAL]
    unwell.sort(key=lambda each: -views[each].displayed.badness)
    near = [other for each in unwell for other in (*graph.needs(each), *graph.needed_by(each))]
    chosen = set([*dict.fromkeys((*unwell, *near, *graph.services, *known))][:MOST_NODES])
    return [each for each in known if each in chosen]


def _places(graph: Graph, names: Sequence[str]) -> Mapping[str, tuple[int, int]]:
    """Return column and row per name: right of all that need it, level with them if possible."""
    drawn = set(names)
    columns: dict[str, int] = {}
    for name in sorted(names, key=graph.position, reverse=True):
        above = [columns[each] for each in graph.needed_by(name) if each in drawn]
        columns[name] = max(above, default=-1) + 1
    places: dict[str, tuple[int, int]] = {}
    for column in range(max(columns.values(), default=-1) + 1):
        members = [name for name in names if columns[name] == column]
        members.sort(key=lambda name: _level(graph.needed_by(name), places))
        places |= {name: (column, row) for row, name in enumerate(members)}
    return places


def _level(dependants: Iterable[str], places: Mapping[str, tuple[int, int]]) -> float:
    rows = [places[each][1] for each in dependants if each in places]
    return sum(rows) / len(rows) if rows else 0.0


def _node(graph: Graph, view: StatusView, place: tuple[int, int]) -> NodeBox:
    x, y = _corner(place)
    service, component = graph.services.get(view.name), graph.components.get(view.name)
    named = service or component
    title = english(named.names, view.name) if named else view.name
    short = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
    seen = "" if view.observed is view.displayed else f", observed: {label(view.observed.value)}"
    return NodeBox(
        name=view.name,
        title=short,
        tone=view.displayed.value,
        hint=f"{title} ({view.name}): {label(view.displayed.value)}{seen}",
        is_service=service is not None,
        x=x,
        y=y,
    )


def _edge(
    edge: Edge, places: Mapping[str, tuple[int, int]], views: Mapping[str, StatusView]
) -> EdgePath:
    (left, top), (right, bottom) = _corner(places[edge.source]), _corner(places[edge.target])
    start, end = left + BOX_WIDTH, right
    first, last = top + BOX_HEIGHT // 2, bottom + BOX_HEIGHT // 2
    bend = (end - start) // 2
    kind = "hard"
    if edge.label:
        kind = "soft" if edge.label.startswith("soft") else "redundant"
    return EdgePath(
        path=f"M{start} {first} C{start + bend} {first} {end - bend} {last} {end} {last}",
        kind=kind,
        hint=f"{edge.source} needs {edge.target}" + (f" ({edge.label})" if edge.label else ""),
        is_broken=views[edge.target].observed.is_bad,
    )


def _corner(place: tuple[int, int]) -> tuple[int, int]:
    column, row = place
    return MARGIN + column * COLUMN, MARGIN + row * ROW
