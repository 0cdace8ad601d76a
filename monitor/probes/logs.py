"""The logs probe: how many lines per minute of a file match, whoever rotates or truncates it."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from monitor.model.observation import FailureKind, Observation, Phase, Stage, Trigger
from monitor.model.signals import Signal, SignalKind
from monitor.probes.context import ProbeContext
from monitor.probes.limits import beyond, judged
from monitor.probes.logs_spec import LogsSpec
from monitor.probes.logs_tail import Added, Place, added
from monitor.probes.worker import StillBusyError, Worker

_MOST_RUNS = 1024
_MOST_SOURCES = 10_000
# Groups of the pattern that say more than that a line matches.
_SOURCE, _SQLSTATE = "source", "sqlstate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many of the added lines match, and what their named groups took.

    *sources* are the different values of the group `source`, *sqlstate* is the last of that group.
    """

    matches: int = 0
    lines: int = 0
    sources: frozenset[str] = frozenset()
    sqlstate: str = ""
    tail: Added


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one look found since the look before."""

    at: float
    matches: float = 0.0
    sources: frozenset[str] = frozenset()
    sqlstate: str = ""


@dataclass(slots=True, kw_only=True)
class LogHistory:
    """How far a log has been read, and what was found in the last minute."""

    worker: Worker = field(default_factory=Worker)
    place: Place | None = None
    runs: deque[Run] = field(default_factory=lambda: deque(maxlen=_MOST_RUNS))

    def add(self, run: Run, over: float) -> None:
        """Take in a look; those that lie further back than *over* seconds are forgotten."""
        self.runs.append(run)
        while len(self.runs) > 2 and self.runs[1].at <= run.at - over:
            self.runs.popleft()

    @property
    def seconds(self) -> float:
        """The time that the looks cover: from the end of the first to the end of the last."""
        return self.runs[-1].at - self.runs[0].at if self.runs else 0.0

    @property
    def found(self) -> Iterable[Run]:
        """The looks within that time."""
        return list(self.runs)[1:]


async def probe_logs(spec: LogsSpec, context: ProbeContext) -> Observation:
    """Read what was added to a log since the last look, and count what matches."""
    recording = context.recording
    recording.enter(Stage.PROTOCOL)
    history = context.memory.of(context.check, LogHistory)
    counts_old = context.trigger is Trigger.DEMAND
    try:
        with recording.timing(Phase.QUERY):
            count = await history.worker.run(
                partial(_count, spec, history.place, counts_old=counts_old)
            )
    except StillBusyError:
        return recording.timed_out("the look before has not ended: the disk, or the pattern, hangs")
    except OSError as error:
        # That a log cannot be read says nothing of who writes it.
        recording.see_errno(error.errno)
        return recording.failed(FailureKind.LOCAL_RESOURCE, str(error))
    recording.enter(Stage.SEMANTIC)
    is_first = history.place is None
    history.place = count.tail.place
    now = context.clock.monotonic()
    run = Run(
        at=now,
        matches=count.matches * count.tail.weight,
        sources=count.sources,
        sqlstate=count.sqlstate,
    )
    history.add(Run(at=now) if is_first else run, spec.over)
    recording.signals.extend(_signals(spec, history, count, is_first=is_first, context=context))
    return _judge(spec, count.tail, context)


def _count(spec: LogsSpec, place: Place | None, *, counts_old: bool) -> Count:
    """Count what was added; what stood there before the first look counts only for a person."""
    tail = added(spec.file, place, int(spec.max_read))
    if place is None and not counts_old:
        return Count(tail=tail)
    matches, sqlstate = 0, ""
    sources: set[str] = set()
    has_sources, has_states = (each in spec.pattern.groupindex for each in (_SOURCE, _SQLSTATE))
    for line in tail.lines:
        text = line.decode(spec.encoding, errors="replace")
        match = spec.pattern.search(text)
        if match is None or (spec.ignore and spec.ignore.search(text)):
            continue
        matches += 1
        if has_sources and len(sources) < _MOST_SOURCES:
            sources.add(match[_SOURCE] or "")
        if has_states:
            sqlstate = match[_SQLSTATE] or sqlstate
    return Count(
        matches=matches,
        lines=len(tail.lines),
        sources=frozenset(sources),
        sqlstate=sqlstate,
        tail=tail,
    )


def _signals(
    spec: LogsSpec, history: LogHistory, count: Count, *, is_first: bool, context: ProbeContext
) -> Iterable[Signal]:
    age = context.clock.now().timestamp() - count.tail.changed_at
    yield Signal(SignalKind.LOG_AGE_SECONDS, round(max(0.0, age), 3))
    if is_first:
        if context.trigger is Trigger.DEMAND:
            detail = f"in the last {count.lines} lines, whenever they were written"
            yield Signal(SignalKind.LOG_MATCHES, count.matches, detail)
        return
    yield Signal(SignalKind.LOG_MATCHES, count.matches, f"in {count.lines} new lines")
    seconds = history.seconds
    if seconds <= 0:
        return
    detail = f"per minute, over {seconds:.1f} s"
    if count.tail.skipped:
        detail += f"; estimated, {count.tail.skipped} bytes were too many to read"
    rate = sum(each.matches for each in history.found) / seconds * 60
    yield Signal(spec.signal, round(rate, 3), detail)
    if _SOURCE in spec.pattern.groupindex:
        sources = frozenset().union(*(each.sources for each in history.found))
        yield Signal(SignalKind.DISTINCT_SOURCES, len(sources), f"over {seconds:.1f} s")
    states = [each.sqlstate for each in history.found if each.sqlstate]
    if states:
        yield Signal(SignalKind.SQLSTATE, states[-1], f"in the last {seconds:.1f} s")


def _judge(spec: LogsSpec, tail: Added, context: ProbeContext) -> Observation:
    recording = context.recording
    age = context.clock.now().timestamp() - tail.changed_at
    if spec.silent_after is not None and age > spec.silent_after:
        detail = f"nothing was written for {age:.0f} s"
        return recording.failed(FailureKind.SILENT, detail)
    measured = [each for each in recording.signals if each.kind is spec.signal]
    found = (beyond(each, degraded=spec.degraded, failed=spec.failed) for each in measured)
    return judged(recording, [each for each in found if each])
