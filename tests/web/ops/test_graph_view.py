"""The drawing on the operations page: layers, present tones, and no more than fits."""

from dataclasses import replace
from datetime import UTC, datetime

from monitor.model.configuration import Configuration
from monitor.model.platform import Component, ComponentKind, Dependency, Platform, Service
from monitor.model.snapshot import Snapshot
from monitor.model.status import Status, StatusView
from monitor.web.ops.page.graph_view import BOX_WIDTH, MOST_NODES, GraphView, graph_view
from tests.web.ops import samples
from tests.web.ops.backend import FakeBackend
from tests.web.ops.conftest import client_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _component(name: str, *needs: str) -> Component:
    needed = tuple(Dependency((each,)) for each in needs)
    return Component(name=name, kind=ComponentKind.SERVER, depends_on=needed)


PLATFORM = Configuration(
    platform=Platform(names={"en": "Example"}),
    services=(
        Service(
            name="checkout",
            names={"en": "Checkout <b>"},
            depends_on=(
                Dependency(("gateway",)),
                Dependency(("bank-a",), soft=True),
                Dependency(("bank-a", "bank-b")),
            ),
        ),
    ),
    components=(
        _component("ledger"),
        _component("gateway", "ledger"),
        _component("bank-a"),
        _component("bank-b"),
    ),
    checks=(),
)


def _snapshot(configuration: Configuration, **bad: Status) -> Snapshot:
    def view(name: str) -> StatusView:
        status = bad.get(name, Status.OPERATIONAL)
        return StatusView(name=name, observed=status, displayed=status, since=NOW, updated_at=NOW)

    return replace(
        samples.SNAPSHOT,
        services={each.name: view(each.name) for each in configuration.services},
        components={each.name: view(each.name) for each in configuration.components},
    )


def _columns(view: GraphView) -> dict[str, int]:
    places = sorted({each.x for each in view.nodes})
    return {each.name: places.index(each.x) for each in view.nodes}


def test_what_is_needed_stands_right_of_all_that_need_it() -> None:
    view = graph_view(_snapshot(PLATFORM), PLATFORM)

    columns = _columns(view)
    assert columns == {"checkout": 0, "gateway": 1, "bank-a": 1, "bank-b": 1, "ledger": 2}
    assert len({(each.x, each.y) for each in view.nodes}) == len(view.nodes)
    assert all(each.x + BOX_WIDTH <= view.width for each in view.nodes)


def test_boxes_and_lines_tell_the_present_status() -> None:
    snapshot = _snapshot(PLATFORM, ledger=Status.MAJOR_OUTAGE, gateway=Status.MAJOR_OUTAGE)
    view = graph_view(snapshot, PLATFORM)

    tones = {each.name: each.tone for each in view.nodes}
    assert (tones["ledger"], tones["bank-a"]) == ("major_outage", "operational")
    broken = {each.hint for each in view.edges if each.is_broken}
    assert broken == {"gateway needs ledger", "checkout needs gateway"}
    kinds = {each.hint: each.kind for each in view.edges}
    assert kinds["checkout needs bank-a (soft, 1 of 2)"] == "soft"
    assert kinds["checkout needs bank-b (1 of 2)"] == "redundant"


def test_of_a_large_platform_the_trouble_is_drawn() -> None:
    many = tuple(_component(f"part-{number:03d}") for number in range(200))
    platform = replace(PLATFORM, components=(*PLATFORM.components, *many))
    snapshot = _snapshot(platform, **{"part-150": Status.DEGRADED, "ledger": Status.MAJOR_OUTAGE})
    view = graph_view(snapshot, platform)

    assert len(view.nodes) == MOST_NODES
    assert view.omitted == 205 - MOST_NODES
    assert {"part-150", "ledger", "gateway", "checkout"} <= {each.name for each in view.nodes}


class Drawn(FakeBackend):
    """A backend of the platform above."""

    async def configuration(self) -> Configuration:
        return PLATFORM


async def test_the_page_shows_the_drawing_with_its_names_escaped() -> None:
    backend = Drawn(replace(_snapshot(PLATFORM, ledger=Status.MAJOR_OUTAGE), incidents=()))
    async with client_of(backend) as client:
        text = (await client.get("/")).text

    assert text.count('class="node ') == 5
    assert '<g class="node major_outage"><title>ledger (ledger): Major outage</title>' in text
    assert "Checkout &lt;b&gt;" in text
    assert "<title>Checkout <b>" not in text


def test_a_platform_without_anything_has_no_drawing() -> None:
    empty = replace(PLATFORM, services=(), components=())

    assert graph_view(_snapshot(empty), empty).nodes == ()
