"""The monitor is killed thirty times within one outage and loses, repeats and invents nothing."""

import pytest

from tests.support.background import PATIENCE_SECONDS, Background

pytestmark = [pytest.mark.external_service, pytest.mark.timeout(PATIENCE_SECONDS + 20)]


def test_thirty_crashes_in_one_outage_leave_one_story(troupe: Background) -> None:
    """One incident, every event under one id and in order, the dead time unknown."""
    assert troupe.seen("crash") == 30
