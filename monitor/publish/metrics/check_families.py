"""The families with a series per check, as text: gauges, alike in both formats."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from monitor.model.check import Check
from monitor.model.observation import Observation, Outcome
from monitor.model.snapshot import Snapshot
from monitor.publish.metrics.labels import CheckLabels

CHECKS_AT_ONCE = 250
"""So many checks are rendered before the event loop gets its turn: about a millisecond."""

STALE_AFTER_INTERVALS = 3

PAUSE = ""

_Row = tuple[str, Observation]


def check_families(snapshot: Snapshot, labels: CheckLabels) -> Iterator[str]:
    """Yield the families of all checks in pieces; an empty piece is only a pause."""
    rows: list[_Row] = []
    yield from _collect(snapshot, labels, rows)
    yield from _family("availability_probe_success", _SUCCESS_HELP, rows, _success)
    yield from _family("availability_probe_total_duration_seconds", _TOTAL_HELP, rows, _total)
    yield from _family("availability_probe_duration_seconds", _PHASE_HELP, rows, _phases)


_SUCCESS_HELP = "Whether the last run of the check succeeded; absent without a recent run."
_TOTAL_HELP = "How long the last run of the check took in all."
_PHASE_HELP = "How long each phase of the last run took; absent for phases that did not run."


def _collect(snapshot: Snapshot, labels: CheckLabels, rows: list[_Row]) -> Iterator[str]:
    """Gather what there is to show of each check into *rows*."""
    checks = iter(snapshot.checks.values())
    while part := tuple(islice(checks, CHECKS_AT_ONCE)):
        for check in part:
            observation = snapshot.observations.get(check.name)
            if observation is not None and _is_current(check, observation, snapshot):
                rows.append((labels.of(check), observation))
        yield PAUSE
    labels.forget_all_but(snapshot.checks)


def _is_current(check: Check, observation: Observation, snapshot: Snapshot) -> bool:
    """Return whether the run still says something: no data is neither success nor failure."""
    if observation.outcome is Outcome.MISSED or not check.enabled:
        return False
    age = (snapshot.at - observation.started_at).total_seconds()
    limit = STALE_AFTER_INTERVALS * check.interval_seconds + check.timeout_seconds
    return age <= limit


def _family(
    name: str, help_text: str, rows: Sequence[_Row], lines: Callable[[str, Observation], str]
) -> Iterator[str]:
    yield f"# HELP {name} {help_text}\n# TYPE {name} gauge\n"
    for start in range(0, len(rows), CHECKS_AT_ONCE):
        part = rows[start : start + CHECKS_AT_ONCE]
        yield "".join([lines(labels, observation) for labels, observation in part])


def _success(labels: str, observation: Observation) -> str:
    return f"availability_probe_success{{{labels}}} {observation.succeeded:d}\n"


def _total(labels: str, observation: Observation) -> str:
    seconds = observation.duration_seconds
    return f"availability_probe_total_duration_seconds{{{labels}}} {seconds}\n"


def _phases(labels: str, observation: Observation) -> str:
    # Joined, because to format a member of an enum costs more than the rest of the line.
    parts: list[str] = []
    for phase, seconds in observation.phases.items():
        parts += ("availability_probe_duration_seconds{", labels, ',phase="', phase, '"} ')
        parts += (repr(seconds), "\n")
    return "".join(parts)
