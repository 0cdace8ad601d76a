"""Six faults are named with their evidence, on every run of the tests."""

import pytest

from tests.scenarios.scoring import Score
from tests.scenarios.six import NAMES
from tests.support.background import PATIENCE_SECONDS, Background

pytestmark = [pytest.mark.external_service, pytest.mark.timeout(PATIENCE_SECONDS + 20)]


@pytest.mark.parametrize("name", NAMES)
def test_a_fault_is_named_with_its_evidence(six: Background, name: str) -> None:
    scored: Score = six.seen(name)

    assert scored.missing == ()
    assert scored.is_right, scored.verdict
    assert not scored.is_confident_error
    assert not scored.is_false_attack
