"""Where evidence is missing the verdict is unknown: never forced, always with candidates."""

from collections.abc import Callable

import pytest

from monitor.model.cause import Cause
from tests.diagnosis.rows import APPLICATION, DATABASE, LOST, NETWORK, OVERLOAD, THIRD_PARTY
from tests.diagnosis.world import REFUSED, World, platform, slow, status

UNKNOWN: tuple[tuple[str, Callable[[], World], str, set[Cause]], ...] = (
    (
        "a database that nothing reaches",
        lambda: platform().round({"ledger": LOST}, times=2),
        "ledger",
        {DATABASE, NETWORK},
    ),
    (
        "a server that nothing reaches",
        lambda: platform().round({"gateway": LOST}, times=2),
        "gateway",
        {NETWORK, OVERLOAD, APPLICATION},
    ),
    (
        "a database that grows slow after its servers",
        lambda: (
            platform()
            .round({"gateway": slow(1.4), "healthz": slow(1.0)}, times=3)
            .round({"gateway": slow(1.4), "healthz": slow(1.0), "ledger-sql": slow(0.9)}, times=2)
        ),
        "ledger",
        {DATABASE},
    ),
    (
        "banks that grow slow together",
        lambda: platform().round({"bank-a": slow(3.0), "bank-b": slow(3.0)}, times=2),
        "bank-a",
        {THIRD_PARTY},
    ),
    (
        "one function that is slow beside a quick one",
        lambda: platform().round({"checkout": slow(2.0)}, times=2),
        "gateway",
        {OVERLOAD},
    ),
    (
        "a 504 after a round time",
        lambda: platform().round({"gateway": status(504, 5.0)}, times=2),
        "gateway",
        {APPLICATION},
    ),
    (
        "503 with a time to come back and nothing else",
        lambda: platform().round({"gateway": status(503, retry_after_seconds=5)}, times=2),
        "gateway",
        {APPLICATION, Cause.MAINTENANCE},
    ),
    (
        "database and gateway gone at once",
        lambda: platform(host=False).round({"ledger": REFUSED, "gateway": REFUSED}, times=2),
        "gateway",
        {DATABASE, APPLICATION},
    ),
)


@pytest.mark.parametrize(("name", "world", "failing", "expected"), UNKNOWN, ids=lambda _: "")
def test_without_enough_evidence_the_verdict_is_unknown_with_ranked_candidates(
    name: str, world: Callable[[], World], failing: str, expected: set[Cause]
) -> None:
    verdict = world().diagnose(failing)
    assert verdict.cause is Cause.UNKNOWN, (name, verdict.candidates)
    assert verdict.confidence == 0
    confidences = [each.confidence for each in verdict.candidates]
    assert confidences == sorted(confidences, reverse=True)
    assert expected <= {each.cause for each in verdict.candidates}
    assert verdict.evidence
