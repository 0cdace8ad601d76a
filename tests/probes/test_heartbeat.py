"""A job that reports is ok, one that reports a failure fails, and so does silence."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from pydantic import ValidationError

from monitor.model.check import Check
from monitor.model.observation import FailureKind, MissedReason, Observation, Outcome, Stage
from monitor.model.signals import SignalKind
from monitor.probes.heartbeats import HeartbeatSpec
from monitor.probes.prober import Prober
from tests.probes.conftest import make_check
from tests.probes.seen import kind_of

TOKEN = "a-long-enough-token"


class ScriptedClock:
    """Both clocks stand still until they are told to go on; the wall clock may be stepped."""

    def __init__(self) -> None:
        self.wall = datetime(2026, 11, 23, tzinfo=UTC)
        self.seconds = 1000.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.seconds

    def go_on(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.seconds += seconds


class Job:
    """A check of type heartbeat (every 100 s, grace 20 s), its prober and their clock."""

    def __init__(self, prober: Prober, clock: ScriptedClock) -> None:
        self.prober = prober
        self.clock = clock
        self.check = make_check("heartbeat", token=TOKEN, every=100, grace=20, degraded_after="5m")

    def beats(self, token: str = TOKEN, **facts: Any) -> bool:
        return self.prober.heartbeats.record(self.check, token, **facts)

    async def probed(self, after: float = 0.0) -> Observation:
        self.clock.go_on(after)
        return await self.prober.probe(self.check)


@pytest_asyncio.fixture
async def job() -> AsyncIterator[Job]:
    clock = ScriptedClock()
    prober = Prober(clock)
    yield Job(prober, clock)
    await prober.close()


async def test_a_beat_is_ok_until_its_time_and_the_grace_are_over(job: Job) -> None:
    assert job.beats(duration_seconds=42.5)
    early = await job.probed(after=10)
    late = await job.probed(after=109)
    silent = await job.probed(after=2)

    assert (early.outcome, late.outcome) == (Outcome.OK, Outcome.OK)
    assert early.signal(SignalKind.HEARTBEAT_AGE_SECONDS) == 10
    assert early.signal(SignalKind.RUN_SECONDS) == 42.5
    assert silent.outcome is Outcome.FAILED
    assert (kind_of(silent), silent.stage) == (FailureKind.SILENT, Stage.PROTOCOL)
    assert silent.signal(SignalKind.HEARTBEAT_AGE_SECONDS) == 121


async def test_a_beat_ends_the_silence(job: Job) -> None:
    job.beats()
    silent = await job.probed(after=500)
    job.beats()
    heard = await job.probed()

    assert (silent.outcome, heard.outcome) == (Outcome.FAILED, Outcome.OK)


async def test_before_the_first_beat_nothing_is_known_until_it_is_due(job: Job) -> None:
    first = await job.probed(after=10_000)
    still = await job.probed(after=120)
    silent = await job.probed(after=1)

    assert (first.outcome, first.missed) == (Outcome.MISSED, MissedReason.WAITING)
    assert still.outcome is Outcome.MISSED
    assert (silent.outcome, kind_of(silent)) == (Outcome.FAILED, FailureKind.SILENT)


async def test_a_job_that_says_it_failed_has_failed(job: Job) -> None:
    job.beats(ok=False, detail="3 of 90 files could not be sent")
    observation = await job.probed()

    assert (kind_of(observation), observation.stage) == (FailureKind.REPORTED, Stage.SEMANTIC)
    assert observation.failure is not None
    assert observation.failure.detail == "3 of 90 files could not be sent"


async def test_a_job_that_took_too_long_is_degraded(job: Job) -> None:
    job.beats(duration_seconds=301)
    observation = await job.probed()

    assert observation.outcome is Outcome.DEGRADED
    assert kind_of(observation) is FailureKind.THRESHOLD_EXCEEDED
    assert observation.signal(SignalKind.LIMIT_EXCEEDED) == "run_seconds"


async def test_a_wall_clock_that_is_stepped_makes_no_silence(job: Job) -> None:
    job.beats()
    job.clock.wall += timedelta(days=1)
    observation = await job.probed(after=5)

    assert observation.outcome is Outcome.OK
    assert observation.signal(SignalKind.HEARTBEAT_AGE_SECONDS) == 5


async def test_only_the_right_token_of_a_heartbeat_counts(job: Job) -> None:
    book = job.prober.heartbeats

    assert not job.beats(token="another-token-of-a-job")
    assert not job.beats(token="")
    assert not job.beats(token="秘密" * 10)
    assert not book.record(make_check("tcp", host="127.0.0.1", port=1), TOKEN)
    assert book.last(job.check.name) is None


async def test_a_reason_from_outside_is_bounded(job: Job) -> None:
    job.beats(ok=False, detail="x" * 10_000)
    observation = await job.probed()

    assert observation.failure is not None
    assert len(observation.failure.detail) == 200


async def test_without_a_period_the_interval_of_the_check_is_it() -> None:
    spec = HeartbeatSpec.model_validate({"token": TOKEN})
    check = Check(name="n", type="heartbeat", component="c", spec=spec, interval_seconds=30)

    assert spec.silence_seconds(check) == 90


@pytest.mark.parametrize("fields", [{}, {"token": "short"}, {"token": TOKEN, "grace": 0}])
def test_a_spec_that_cannot_work_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        HeartbeatSpec.model_validate(fields)


def test_the_token_is_shown_nowhere() -> None:
    spec = HeartbeatSpec.model_validate({"token": TOKEN})

    assert TOKEN not in repr(spec) + spec.model_dump_json()


async def test_a_check_that_comes_back_has_its_time_to_report_anew(job: Job) -> None:
    assert job.beats()
    job.prober.keep(["another"])
    back = await job.probed(after=100_000)
    silent = await job.probed(after=121)

    assert (back.outcome, back.missed) == (Outcome.MISSED, MissedReason.WAITING)
    assert kind_of(silent) is FailureKind.SILENT


async def test_a_check_that_stays_keeps_its_last_beat(job: Job) -> None:
    assert job.beats()
    job.prober.keep([job.check.name])

    assert (await job.probed(after=10)).outcome is Outcome.OK
