"""Stories are played while other tests run; the tests that ask what was seen of them come last."""

import pytest

from tests.acceptance.stories import Seen
from tests.acceptance.troupe import NAMES, perform
from tests.support.background import Background
from tests.support.played import Played

TROUPE = Played("troupe", perform, NAMES)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(TROUPE)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report how soon users could read of each fault; a busy machine says little, so no limit."""
    seen = TROUPE.background.all_seen() if TROUPE.has_begun else {}
    gates = {name: each.gate_to_page for name, each in seen.items() if isinstance(each, Seen)}
    if gates:
        terminalreporter.section("gate to page (aim: below 5 s)")
    for name, seconds in sorted(gates.items()):
        if seconds is not None:
            terminalreporter.line(f"{name:28} {seconds:5.2f} s")


@pytest.fixture(scope="session", name="troupe")
def _troupe() -> Background:
    return TROUPE.background
