"""Checks of all types, a tenth of them hanging, give back whatever they took.

`python -m bench.soak` is the same for minutes, with hundreds of checks.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import uvloop

from bench.soak import Report, loaded, soak, targets
from monitor.model.observation import MissedReason, Observation
from monitor.probes.context import ProbeContext
from monitor.probes.table import SPECS, ProbeType
from monitor.probes.tcp import TcpSpec, probe_tcp
from tests.support.programs import require

pytestmark = pytest.mark.external_service

CHECKS = 150
SECONDS = 8.0
# A push that never comes is silence, a file that nobody writes is no failure.
NEVER_HANG = {"heartbeat", "icmp", "logs"}


@pytest.fixture(scope="module", name="places")
def _places() -> Iterator[dict[str, Any]]:
    for program in ("initdb", "mariadbd", "redis-server", "nginx"):
        require(program)
    with targets() as places:
        yield places


@pytest.fixture(scope="module", name="report")
def _report(places: dict[str, Any]) -> Report:
    return uvloop.run(soak(loaded(places, CHECKS, SECONDS), SECONDS))


def test_no_descriptor_thread_task_or_child_is_left(report: Report) -> None:
    assert report.leaks == []


def test_every_type_was_probed_and_answered(report: Report) -> None:
    answered = {type_ for type_, words in report.tally.answering.items() if words["ok"]}

    assert answered == set(SPECS)


def test_what_hangs_never_answers_and_is_given_up(report: Report) -> None:
    hanging = report.tally.hanging

    assert set(hanging) == set(SPECS) - NEVER_HANG
    given_up = 0
    for type_, words in hanging.items():
        # On a busy machine all runs of one type may be missed.
        seen = words.keys() - set(MissedReason)
        assert all(word.endswith("timeout") for word in seen), (type_, words)
        given_up += bool(seen)
    assert given_up > len(hanging) / 2


def test_a_leak_would_be_seen(places: dict[str, Any]) -> None:
    kept: list[int] = []

    async def leaky(spec: TcpSpec, context: ProbeContext) -> Observation:
        kept.extend(os.pipe())
        return await probe_tcp(spec, context)

    specs = {**SPECS, "tcp": ProbeType(spec=TcpSpec, run=leaky)}
    try:
        report = uvloop.run(soak(loaded(places, 15, 2.5), 2.5, specs))
    finally:
        for each in kept:
            os.close(each)

    assert [each.partition(":")[0] for each in report.leaks] == ["descriptors"]
