"""The soak: checks of all types, a tenth of them hanging, for minutes, without a leak.

Run it with `python -m bench.soak`; SECONDS and CHECKS may be set. It prints what the process holds
before, at half time, at the end and after the stop, and exits 1 where something was not given back.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import psutil
import uvloop

from bench.soak_checks import BEAT, HANGING, configuration
from monitor.clock import SystemClock
from monitor.config import load
from monitor.engine.driver import Driver
from monitor.engine.engine import Engine
from monitor.model.batch import Batch, SavedState
from monitor.model.configuration import Configuration
from monitor.model.observation import Observation, Trigger
from monitor.model.status import CheckState
from monitor.probes.prober import Prober
from monitor.probes.table import SPECS, ProbeType
from monitor.schedule.limits import default_max_in_flight, raise_descriptor_limit
from monitor.schedule.schedule import Schedule

SECONDS = float(os.environ.get("SECONDS", "300"))
CHECKS = int(os.environ.get("CHECKS", "500"))
ROUNDS = 30
SHORTEST_INTERVAL, LONGEST_INTERVAL = 2.0, 10.0
# What was let go of is closed within some turns of the loop, and threads end on their own.
SETTLE_SECONDS, SETTLE_STEP_SECONDS = 5.0, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What this process holds at a moment."""

    descriptors: int
    threads: int
    tasks: int
    children: int
    megabytes: float

    @classmethod
    def now(cls) -> "Usage":
        process = psutil.Process()
        return cls(
            descriptors=process.num_fds(),
            threads=process.num_threads(),
            tasks=len(asyncio.all_tasks()),
            children=len(process.children()),
            megabytes=process.memory_info().rss / 1e6,
        )

    def leaked_since(self, before: "Usage") -> list[str]:
        """Return what there is more of than *before*; memory is for a person to judge."""
        counted = [each.name for each in fields(self) if each.name != "megabytes"]
        pairs = [(name, getattr(before, name), getattr(self, name)) for name in counted]
        return [f"{name}: {then} before, {now} after" for name, then, now in pairs if now > then]


@dataclass(slots=True)
class Tally:
    """What the checks saw, by type."""

    lateness: list[float] = field(default_factory=list)
    answering: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    hanging: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def note(self, observation: Observation) -> None:
        """Count an observation and, of a planned run that should be well, how late it began."""
        hangs = observation.check.startswith(HANGING)
        kind = observation.failure.kind.value if observation.failure else ""
        word = kind or observation.missed or observation.outcome.value
        (self.hanging if hangs else self.answering)[observation.type][word] += 1
        if not hangs and observation.trigger is Trigger.SCHEDULE:
            late = observation.started_at - observation.scheduled_at
            self.lateness.append(late.total_seconds())

    def late(self, share: float) -> float:
        """Return the lateness in seconds that so many of the planned runs did not exceed."""
        ordered = sorted(self.lateness)
        return ordered[int(share * (len(ordered) - 1))] if ordered else 0.0

    def runs(self) -> int:
        return sum(
            sum(each.values()) for side in (self.answering, self.hanging) for each in side.values()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was held when, and what was seen."""

    before: Usage
    half: Usage
    end: Usage
    after: Usage
    tally: Tally
    incidents: int

    @property
    def leaks(self) -> list[str]:
        return self.after.leaked_since(self.before)


def _well_before(settings: Configuration) -> SavedState:
    """Return a past in which every check once worked, so that what hangs becomes incidents."""
    return SavedState(
        checks=tuple(
            CheckState(check=each.name, component=each.component, ever_succeeded=True)
            for each in settings.checks
        )
    )


class _Nowhere:
    """A store for an engine that leaves nothing behind."""

    def submit(self, batch: Batch) -> None:
        """Forget *batch*."""


async def soak(
    settings: Configuration, seconds: float, specs: Mapping[str, ProbeType] = SPECS
) -> Report:
    """Probe everything for so long with the real schedule and engine; return what it cost."""
    await _warm()
    before = Usage.now()
    clock, tally = SystemClock(), Tally()
    engine = Engine(settings, _well_before(settings), clock.now())
    driver = Driver(engine, clock, _Nowhere(), lambda _: None)
    prober = Prober(clock, specs=specs)

    def sink(observation: Observation) -> None:
        tally.note(observation)
        driver.take(observation)

    def tick() -> None:
        driver.tick()
        for check in settings.checks:
            prober.heartbeats.record(check, BEAT)

    schedule = Schedule(prober, sink, clock, default_max_in_flight(raise_descriptor_limit()))
    driver.start(schedule)
    schedule.replace(settings.checks)
    schedule.every_second(tick)
    schedule.start()
    await asyncio.sleep(seconds / 2)
    half = Usage.now()
    await asyncio.sleep(seconds / 2)
    end = Usage.now()
    await schedule.stop()
    await prober.close()
    incidents = len(engine.snapshot(clock.now()).incidents)
    after = await _settled(before)
    return Report(before=before, half=half, end=end, after=after, tally=tally, incidents=incidents)


async def _warm() -> None:
    """Have libuv open what it opens once: a spare descriptor per loop, and its four threads."""
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "localhost", 0)
    server.close()
    await server.wait_closed()


async def _settled(before: Usage) -> Usage:
    """Return what is held once no more than *before* is, or when that has not come in time."""
    now = Usage.now()
    # Nothing tells of the last thread's end, so it is looked for.
    for _ in range(int(SETTLE_SECONDS / SETTLE_STEP_SECONDS)):
        if not now.leaked_since(before):
            break
        await asyncio.sleep(SETTLE_STEP_SECONDS)
        now = Usage.now()
    return now


@contextmanager
def targets() -> Iterator[dict[str, Any]]:
    """Run the watched world in a process of its own; give its places."""
    command = [sys.executable, "-m", "bench.soak_targets"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("no pipe to the targets")
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait()


def loaded(places: Mapping[str, Any], count: int, seconds: float) -> Configuration:
    """Return the configuration, by way of a file as everybody else's."""
    interval = min(LONGEST_INTERVAL, max(SHORTEST_INTERVAL, seconds / ROUNDS))
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        json.dump(configuration(places, count, interval), file, ensure_ascii=False)
        file.flush()
        return load(
            Path(file.name),
            probe_specs={name: each.spec for name, each in SPECS.items()},
            channel_specs={},
            environment={},
        )


def show(report: Report, count: int, seconds: float) -> None:
    """Print the figures."""
    tally = report.tally
    print(f"{count} checks of {len(tally.answering)} types for {seconds:g} s, {tally.runs()} runs")
    print(f"{'':12}{'descriptors':>12}{'threads':>9}{'tasks':>7}{'children':>10}{'RSS MB':>8}")
    for name in ("before", "half", "end", "after"):
        used: Usage = getattr(report, name)
        print(
            f"{name:12}{used.descriptors:12}{used.threads:9}{used.tasks:7}"
            f"{used.children:10}{used.megabytes:8.0f}"
        )
    late = [1e3 * tally.late(share) for share in (0.5, 0.99, 1.0)]
    print(
        "lateness of those that answer: p50 {:.1f} ms, p99 {:.1f} ms, most {:.1f} ms".format(*late)
    )
    print(f"incidents open at the end: {report.incidents}")
    for side, counts in (("answering", tally.answering), (HANGING, tally.hanging)):
        for type_, words in sorted(counts.items()):
            seen = ", ".join(f"{word} {number}" for word, number in words.most_common())
            print(f"{side} {type_:12} {seen}")
    print("\n".join(f"leaked {each}" for each in report.leaks) or "nothing leaked")


def main() -> int:
    """Run the soak; 1 where something was not given back."""
    with targets() as places:
        report = uvloop.run(soak(loaded(places, CHECKS, SECONDS), SECONDS))
    show(report, CHECKS, SECONDS)
    return 1 if report.leaks else 0


if __name__ == "__main__":
    sys.exit(main())
