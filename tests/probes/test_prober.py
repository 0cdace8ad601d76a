"""The prober's promises: a value in time, whatever the probe, the machine or a bug does."""

import asyncio
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest
import structlog

from monitor.clock import SystemClock
from monitor.model.check import Check
from monitor.model.codec import from_json, to_json
from monitor.model.observation import (
    FailureKind,
    Observation,
    Outcome,
    Phase,
    Stage,
    Trigger,
)
from monitor.model.signals import SignalKind
from monitor.probes.context import ProbeContext
from monitor.probes.fields import Spec
from monitor.probes.prober import Prober
from monitor.probes.table import ProbeType
from tests.probes.conftest import LONG_SECONDS, descriptors, make_check
from tests.probes.servers import OK, answering, serving, silent


async def _stuck(_: Spec, context: ProbeContext) -> Observation:
    context.recording.enter(Stage.BUSINESS)
    with context.recording.timing(Phase.WRITE):
        await asyncio.Event().wait()
    return context.recording.succeeded()


async def _swallowing(_: Spec, context: ProbeContext) -> Observation:
    """Lose the first cancellation, as a library may, and wait for what never comes."""
    context.recording.enter(Stage.PROTOCOL)
    with suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    await asyncio.Event().wait()
    return context.recording.succeeded()


async def _buggy(_: Spec, context: ProbeContext) -> Observation:
    context.recording.enter(Stage.PROTOCOL)
    raise ZeroDivisionError("of ours")


async def _timing_out(_: Spec, context: ProbeContext) -> Observation:
    raise TimeoutError("a bug, not the deadline")


OWN_TYPES = {
    "swallowing": ProbeType(spec=Spec, run=_swallowing),
    "stuck": ProbeType(spec=Spec, run=_stuck),
    "buggy": ProbeType(spec=Spec, run=_buggy),
    "timing-out": ProbeType(spec=Spec, run=_timing_out),
}


def _check(type_: str, timeout: float = 0.1) -> Check:
    return Check(name="c", type=type_, component="x", spec=Spec(), timeout_seconds=timeout)


async def test_the_deadline_cuts_a_probe_and_keeps_what_it_saw() -> None:
    observation = await Prober(SystemClock(), specs=OWN_TYPES).probe(_check("stuck"))

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.WRITE_TIMEOUT
    assert observation.stage is Stage.BUSINESS
    assert observation.phases[Phase.WRITE] > 0.05
    assert observation.duration_seconds < LONG_SECONDS


async def test_a_deadline_that_a_library_swallows_is_told_again() -> None:
    observation = await Prober(SystemClock(), specs=OWN_TYPES).probe(_check("swallowing"))

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.RESPONSE_TIMEOUT


@pytest.mark.parametrize("type_", ["buggy", "timing-out"])
async def test_a_bug_of_ours_is_a_value_and_a_log_line(type_: str) -> None:
    with structlog.testing.capture_logs() as logs:
        observation = await Prober(SystemClock(), specs=OWN_TYPES).probe(_check(type_, 5))

    assert observation.outcome is Outcome.FAILED
    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.PROBE_BUG
    (line,) = logs
    assert (line["event"], line["check"]) == ("probe_bug", "c")
    assert isinstance(line["exc_info"], Exception)


async def test_a_cancelled_probe_is_cancelled() -> None:
    prober = Prober(SystemClock(), specs=OWN_TYPES)
    task = asyncio.ensure_future(prober.probe(_check("stuck", 5)))
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_observation_carries_check_trigger_and_both_times(prober: Prober) -> None:
    planned = datetime(2026, 1, 1, tzinfo=UTC)
    async with serving(answering(OK)) as port:
        check = make_check("http", url=f"http://127.0.0.1:{port}/")
        observation = await prober.probe(check, trigger=Trigger.RETRY, scheduled_at=planned)

    assert (observation.check, observation.component) == ("probed", "target")
    assert (observation.type, observation.location) == ("http", "default")
    assert observation.trigger is Trigger.RETRY
    assert observation.scheduled_at == planned
    assert abs((datetime.now(UTC) - observation.started_at).total_seconds()) < 10
    assert from_json(Observation, to_json(observation)) == observation


@contextmanager
def _no_descriptors() -> Iterator[None]:
    """Leave the process without a descriptor to open."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    held = []
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(descriptors()), limits[1]))
    try:
        with suppress(OSError):
            while True:
                held.append(os.dup(0))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        for each in held:
            os.close(each)


@pytest.mark.parametrize(
    ("type_", "fields"),
    [
        ("http", {"url": "http://127.0.0.1:{port}/"}),
        ("http", {"url": "https://bank.test/", "proxy": "http://127.0.0.1:{port}"}),
        ("tcp", {"host": "127.0.0.1", "port": "{port}"}),
        ("sql", {"url": "postgresql://probe@127.0.0.1:{port}/ledger"}),
        ("sql", {"url": "mysql://probe@127.0.0.1:{port}/ledger"}),
    ],
    ids=["http", "proxy", "tcp", "postgresql", "mysql"],
)
async def test_running_out_of_descriptors_is_no_fault_of_the_target(
    prober: Prober, type_: str, fields: dict[str, str]
) -> None:
    async with serving(answering(OK)) as port:
        filled = {key: value.format(port=port) for key, value in fields.items()}
        check = make_check(type_, timeout=2, **filled)
        # What the loop opens once, at the first connection, is open before the limit falls.
        await prober.probe(make_check("http", url=f"http://127.0.0.1:{port}/"))
        with _no_descriptors():
            observation = await prober.probe(check)

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.LOCAL_RESOURCE
    assert observation.signal(SignalKind.ERRNO) == "EMFILE"


async def test_closing_ends_what_is_in_flight(prober: Prober) -> None:
    async with serving(silent) as port:
        check = make_check("http", timeout=30, url=f"http://127.0.0.1:{port}/")
        task = asyncio.ensure_future(prober.probe(check))
        await asyncio.sleep(0.05)
        await prober.close()

        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, timeout=1)


async def test_a_prober_that_was_closed_may_be_used_again(prober: Prober) -> None:
    async with serving(answering(OK)) as port:
        check = make_check("http", url=f"http://127.0.0.1:{port}/")
        await prober.probe(check)
        await prober.close()

        assert (await prober.probe(check)).outcome is Outcome.OK
