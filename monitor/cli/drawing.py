"""Drawings of the dependency graph as text: a tree for a terminal, DOT and Mermaid."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum

from monitor.model.events import Json
from monitor.model.graph import Edge, Graph
from monitor.model.platform import Component, Service

Node = Component | Service


class Format(StrEnum):
    """How a graph may be drawn."""

    TEXT = "text"
    DOT = "dot"
    MERMAID = "mermaid"


def draw(graph: Graph, format_: Format) -> str:
    """Return *graph* drawn in *format_*, without a newline at the end."""
    drawers: Mapping[Format, Callable[[Graph], Iterator[str]]] = {
        Format.TEXT: _text,
        Format.DOT: _dot,
        Format.MERMAID: _mermaid,
    }
    return "\n".join(drawers[format_](graph))


def document(graph: Graph) -> dict[str, Json]:
    """Return *graph* as JSON: its nodes, and one edge per name that something depends on."""
    return {
        "services": [{"name": each.name, "critical": each.critical} for each in _services(graph)],
        "components": [
            {"name": each.name, "kind": each.kind.value} for each in graph.components.values()
        ],
        "edges": [
            {
                "from": node.name,
                "to": name,
                "soft": dependency.soft,
                "required": dependency.required,
                "of": list(dependency.names),
            }
            for node in _nodes(graph)
            for dependency in node.depends_on
            for name in dependency.names
        ],
    }


def _text(graph: Graph) -> Iterator[str]:
    """Draw a tree per service; what was drawn in full before is drawn as a leaf with `^`."""
    drawn: set[str] = set()
    for service in _services(graph):
        yield from _tree(graph, service.name, drawn)
    lonely = [name for name in graph.components if not graph.needed_by(name) and name not in drawn]
    if lonely:
        yield "(no service needs these)"
    for name in lonely:
        yield from _tree(graph, name, drawn)


def _tree(
    graph: Graph, name: str, drawn: set[str], indent: str = "", label: str = ""
) -> Iterator[str]:
    node = _node(graph, name)
    seen_before = name in drawn and bool(node.depends_on)
    drawn.add(name)
    shown = f"{name} ({_kind(node)})" if not seen_before else f"{name} ^"
    yield f"{label}: {shown}" if label else shown
    if not seen_before:
        edges = graph.edges(name)
        for position, edge in enumerate(edges, start=1):
            is_last = position == len(edges)
            below = indent + ("   " if is_last else "│  ")
            lines = _tree(graph, edge.target, drawn, below, edge.label)
            yield f"{indent}{'└─' if is_last else '├─'} {next(lines)}"
            yield from lines


def _dot(graph: Graph) -> Iterator[str]:
    yield "digraph platform {"
    yield '  rankdir=LR; node [fontname="sans-serif"]; edge [fontname="sans-serif"];'
    for node in _nodes(graph):
        shape = "box" if isinstance(node, Service) else "ellipse"
        heavy = ", penwidth=2" if isinstance(node, Service) and node.critical else ""
        label = rf"{node.name}\n{_kind(node)}"
        yield f'  "{node.name}" [shape={shape}, label="{label}"{heavy}];'
    for source, target, label in _edges(graph):
        style = _dot_style(label)
        yield f'  "{source}" -> "{target}"{style};'
    yield "}"


def _dot_style(label: str) -> str:
    if not label:
        return ""
    line = "dashed" if label.startswith("soft") else "dotted"
    return f' [style={line}, label="{label}"]'


def _mermaid(graph: Graph) -> Iterator[str]:
    ids = {node.name: f"n{number}" for number, node in enumerate(_nodes(graph))}
    yield "flowchart LR"
    for node in _nodes(graph):
        text = f'"{node.name}<br/>{_kind(node)}"'
        shape = f"[{text}]" if isinstance(node, Service) else f"([{text}])"
        yield f"  {ids[node.name]}{shape}"
    for source, target, label in _edges(graph):
        arrow = f"-. {label} .->" if label else "-->"
        yield f"  {ids[source]} {arrow} {ids[target]}"


def _edges(graph: Graph) -> Iterable[Edge]:
    return [edge for node in _nodes(graph) for edge in graph.edges(node.name)]


def _nodes(graph: Graph) -> Iterable[Node]:
    return (*graph.services.values(), *graph.components.values())


def _services(graph: Graph) -> Iterable[Service]:
    return graph.services.values()


def _node(graph: Graph, name: str) -> Node:
    return graph.services.get(name) or graph.components[name]


def _kind(node: Node) -> str:
    if isinstance(node, Service):
        return "critical service" if node.critical else "service"
    return node.kind.value.replace("_", " ")
