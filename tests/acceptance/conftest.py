"""Stories are played while other tests run; the tests that ask what was seen of them come last."""

import pytest

from tests.acceptance.stories import Seen
from tests.acceptance.troupe import NAMES, perform
from tests.support.background import Background

TROUPE = pytest.StashKey[Background]()


def _asks(item: pytest.Item) -> bool:
    return "troupe" in getattr(item, "fixturenames", ())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put those that wait for the stands behind those that do not."""
    items.sort(key=_asks)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin the stories as soon as it is known that somebody will ask for them."""
    if any(map(_asks, session.items)) and not session.config.option.collectonly:
        session.config.stash[TROUPE] = Background(perform, NAMES)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End every process, also where a test failed or somebody pressed Ctrl-C."""
    if troupe := session.config.stash.get(TROUPE, None):
        troupe.end()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Report how soon users could read of each fault; a busy machine says little, so no limit."""
    troupe = config.stash.get(TROUPE, None)
    seen = troupe.all_seen() if troupe else {}
    gates = {name: each.gate_to_page for name, each in seen.items() if isinstance(each, Seen)}
    if gates:
        terminalreporter.section("gate to page (aim: below 5 s)")
    for name, seconds in sorted(gates.items()):
        if seconds is not None:
            terminalreporter.line(f"{name:28} {seconds:5.2f} s")


@pytest.fixture(scope="session", name="troupe")
def _troupe(request: pytest.FixtureRequest) -> Background:
    return request.config.stash[TROUPE]
