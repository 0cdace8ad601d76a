"""Statuses of components and services as text: one 0/1 series per status word."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from monitor.model.snapshot import Snapshot
from monitor.model.status import Status, StatusView
from monitor.publish.metrics.labels import escape

_WORDS = tuple((word, f'status="{word}"') for word in Status)

SUBJECTS_AT_ONCE = 100
"""So many components are rendered before the event loop gets its turn."""


def status_families(snapshot: Snapshot) -> Iterator[str]:
    """Yield the four families in pieces."""
    components, services = snapshot.components, snapshot.services
    yield from _family("availability_component_status", "component", components, _displayed)
    yield from _family("availability_component_observed_status", "component", components, _observed)
    yield from _family("availability_service_status", "service", services, _displayed)
    yield from _family("availability_service_observed_status", "service", services, _observed)


_HELP = {
    "availability_component_status": "1 for the displayed status of the component, else 0.",
    "availability_component_observed_status": "1 for what the component's own checks show, else 0.",
    "availability_service_status": "1 for the displayed status of the service, else 0.",
    "availability_service_observed_status": "1 for what the service's dependencies cause, else 0.",
}


def _displayed(view: StatusView) -> Status:
    return view.displayed


def _observed(view: StatusView) -> Status:
    return view.observed


def _family(
    name: str, label: str, views: Mapping[str, StatusView], word_of: Callable[[StatusView], Status]
) -> Iterator[str]:
    yield f"# HELP {name} {_HELP[name]}\n# TYPE {name} gauge\n"
    remaining = iter(views.items())
    while part := tuple(islice(remaining, SUBJECTS_AT_ONCE)):
        yield "".join(
            [
                f'{name}{{{label}="{escape(subject)}",{text}}} {word is word_of(view):d}\n'
                for subject, view in part
                for word, text in _WORDS
            ]
        )
