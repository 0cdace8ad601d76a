"""Rules between entries: every name that is used exists, and nothing needs itself."""

from collections.abc import Iterable, Iterator, Mapping

from monitor.config.component_section import ComponentSection
from monitor.config.dependencies import AnyOf, Entry, Quorum, Soft
from monitor.config.draft import Draft
from monitor.config.entries import Found
from monitor.config.place import Place
from monitor.config.problem import Problem
from monitor.config.service_section import ServiceSection
from monitor.config.suggestions import suggestion
from monitor.model.graph import find_cycle

Node = Found[ServiceSection] | Found[ComponentSection]


def reference_problems(draft: Draft) -> Iterator[Problem]:
    """Yield every use of a name that does not exist, names used twice, and cycles."""
    services, components = draft.outline.named["services"], draft.outline.named["components"]
    yield from _shared_names(services, components)
    nodes: dict[str, Node] = {**draft.services, **draft.components}
    for node in nodes.values():
        yield from _unknown(_uses(node), {*services, *components}, "component or service")
    for name, service in draft.services.items():
        yield from _alternatives(name, service, set(services))
        yield from _unknown(_felt(service), set(draft.outline.named["checks"]), "check")
        yield from _business(service, draft)
    for check in draft.checks.values():
        use = (check.section.component, check.place.at(["component"]))
        yield from _unknown([use], set(components), "component")
    yield from _cycles(nodes)


def _shared_names(
    services: Mapping[str, Place], components: Mapping[str, Place]
) -> Iterator[Problem]:
    for name in components:
        if name in services:
            known = services[name].source
            yield components[name].problem(f"a service has this name already, at {known}")


def _unknown(uses: Iterable[tuple[str, Place]], known: set[str], kind: str) -> Iterator[Problem]:
    for name, place in uses:
        if name not in known:
            yield place.problem(f"unknown {kind} {name!r}{suggestion(name, known)}")


def _alternatives(
    name: str, service: Found[ServiceSection], services: set[str]
) -> Iterator[Problem]:
    for index, other in enumerate(service.section.alternatives):
        place = service.place.at(["alternatives", index])
        if other == name:
            yield place.problem("a service is no alternative to itself")
        else:
            yield from _unknown([(other, place)], services, "service")


def _felt(service: Found[ServiceSection]) -> Iterator[tuple[str, Place]]:
    for index, name in enumerate(service.section.response_time or ()):
        yield name, service.place.at(["response_time", index])


def _business(service: Found[ServiceSection], draft: Draft) -> Iterator[Problem]:
    for index, metric in enumerate(service.section.business):
        place = service.place.at(["business", index, "check"])
        yield from _unknown([(metric.check, place)], set(draft.outline.named["checks"]), "check")
        check = draft.checks.get(metric.check)
        if check is not None and check.section.type != "promql":
            yield place.problem(f"expected a check of type promql, not {check.section.type}")


def _uses(node: Node) -> Iterator[tuple[str, Place]]:
    for index, entry in enumerate(node.section.depends_on):
        place = node.place.at(["depends_on", index])
        for name, path in _names(entry):
            yield name, place.at(path)


def _names(entry: Entry) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    if isinstance(entry, Soft):
        yield entry.soft, ("soft",)
    elif isinstance(entry, AnyOf):
        yield from ((name, ("any_of", at)) for at, name in enumerate(entry.any_of))
    elif isinstance(entry, Quorum):
        yield from ((name, ("of", at)) for at, name in enumerate(entry.of))
    else:
        yield entry, ()


def _cycles(nodes: Mapping[str, Node]) -> Iterator[Problem]:
    """Yield one problem per cycle: each is cut open before the next is looked for."""
    edges = {name: {other for other, _ in _uses(each)} for name, each in nodes.items()}
    while cycle := find_cycle(edges):
        place = nodes[cycle[0]].place.at(["depends_on"])
        yield place.problem(f"dependency cycle: {' -> '.join(cycle)}")
        edges[cycle[-2]].discard(cycle[-1])
