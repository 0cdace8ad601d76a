"""Who may import whom: the tables of docs/architecture.md, read off the source itself."""

import sys
from collections.abc import Iterator

import pytest

from tests.architecture.tree import Module, is_within, modules

# The pure rooms in their order: each may import those before it, and only the standard library.
PURE = ["model", "maintenance", "status", "diagnosis", "incidents"]
LIBRARIES_OF_PURE_ROOMS = {"maintenance": {"icalendar", "recurring_ical_events"}}
# A pure room is given the time and the data; these modules would let it fetch them.
IMPURE = {
    "asyncio", "http", "io", "logging", "os", "random", "secrets", "shutil", "signal", "socket",
    "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib.request",
}  # fmt: skip

# What every room may import besides its own modules; cli, demo and app.py know everybody.
ROOMS = {
    **{room: {*PURE[:position]} for position, room in enumerate(PURE)},
    "engine": {*PURE, "clock", "resources"},
    "backtest": {*PURE, "engine"},
    "config": {"model", "clock", "resources"},
    "schedule": {"model", "clock", "resources"},
    "probes": {"model", "clock", "resources"},
    "storage": {"model", "clock", "resources"},
    "publish": {"model", "clock", "resources"},
    "web": {"model", "publish", "clock", "resources"},
    "clock": set(),
    "resources": set(),
}

# Which rooms may import a library; app.py and demo are exempt.
LIBRARIES = {
    "aiodns": {"probes"},
    "aiosmtplib": {"publish.mail"},
    "alembic": {"storage"},
    "apscheduler": {"schedule"},
    "babel": {"publish", "web"},
    "fastapi": {"web"},
    "httpx": {"cli", "probes", "publish.alerts"},
    "icalendar": {"maintenance", "publish.alerts", "web.public"},
    "jinja2": {"publish", "web"},
    "prometheus_client": {"probes", "publish.metrics", "web.ops"},
    "pycurl": {"probes"},
    "pydantic": {"config", "probes", "publish", "web"},
    "recurring_ical_events": {"maintenance", "publish.alerts", "web.public"},
    "sqlalchemy": {"probes", "storage"},
    "typer": {"cli"},
}
# app.py and what it is made of: what it wires, and what answers the operators.
EXEMPT_FROM_LIBRARIES = ["monitor.app", "monitor.runtime", "monitor.desk", "monitor.demo"]


def foreign_rooms(module: Module) -> Iterator[str]:
    """Name what a module imports from rooms that its own room may not know."""
    allowed = ROOMS.get(module.room)
    if allowed is None:
        return
    for name in module.imports():
        room = name.split(".")[1] if name.startswith("monitor.") else module.room
        if room not in {module.room, *allowed} and room != "__version__":
            yield name


def libraries_not_for(module: Module) -> Iterator[str]:
    """Name the libraries a module imports although its room may not."""
    if any(is_within(module.name, exempt) for exempt in EXEMPT_FROM_LIBRARIES):
        return
    for name in module.imports():
        rooms = LIBRARIES.get(name.split(".")[0])
        if rooms is not None and not any(is_within(module.name, f"monitor.{r}") for r in rooms):
            yield name


def impurities(module: Module) -> Iterator[str]:
    """Name what a pure room imports beyond the pure part of the standard library."""
    libraries = LIBRARIES_OF_PURE_ROOMS.get(module.room, set())
    for name in module.imports():
        top = name.split(".")[0]
        known = top in sys.stdlib_module_names or top in libraries or top == "monitor"
        if not known or any(is_within(name, each) for each in IMPURE):
            yield name


MODULES = modules("monitor")
ids = [each.name for each in MODULES]


@pytest.mark.parametrize("module", MODULES, ids=ids)
def test_a_room_imports_only_rooms_it_may_know(module: Module) -> None:
    assert list(foreign_rooms(module)) == []


@pytest.mark.parametrize("module", MODULES, ids=ids)
def test_a_library_is_imported_only_by_the_rooms_it_is_for(module: Module) -> None:
    assert list(libraries_not_for(module)) == []


@pytest.mark.parametrize("module", [each for each in MODULES if each.room in PURE])
def test_a_pure_room_is_given_what_it_needs(module: Module) -> None:
    assert list(impurities(module)) == []


def _module(name: str, text: str) -> Module:
    return Module(name=name, path=name.replace(".", "/") + ".py", text=text)


def test_the_tables_catch_what_they_forbid() -> None:
    """A rule that never fires would be worth nothing, whatever the form of the import."""
    late = "def f():\n    from monitor import storage\n    import pycurl\n"
    status = _module("monitor.status.window", f"import time, httpx\nfrom ..probes import x\n{late}")

    assert list(foreign_rooms(status)) == ["monitor.probes.x", "monitor.storage"]
    assert list(libraries_not_for(status)) == ["httpx", "pycurl"]
    assert list(impurities(status)) == ["time", "httpx", "pycurl"]


def test_a_library_may_be_bound_to_a_part_of_a_room() -> None:
    text = "from prometheus_client import Counter"

    assert not list(libraries_not_for(_module("monitor.publish.metrics.own", text)))
    assert list(libraries_not_for(_module("monitor.publish.notices.own", text)))
