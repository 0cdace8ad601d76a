"""The score of a scenario: pure, from what was seen to what it is worth."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.model.cause import Cause
from tests.scenarios.configuration import ROUND_SECONDS
from tests.scenarios.protocol import Record, Sample
from tests.scenarios.scenario import Cite, Scenario, Truth

Json = dict[str, Any]
CONFIDENT = 0.8
# Evidence is dated by the probe that saw it, which may have begun a moment before the fault.
EARLIEST = timedelta(seconds=ROUND_SECONDS)
OVER = ("monitoring", "resolved")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the monitor said at the end of the hold."""

    cause: str
    subcause: str = ""
    component: str = ""
    confidence: float = 0.0


NOTHING = Verdict(cause="none")


@dataclass(frozen=True, kw_only=True)
class Score:
    """One line of the table; *problem* says why a scenario was skipped or broke off."""

    scenario: Scenario
    seed: int
    verdict: Verdict = NOTHING
    is_right: bool = False
    is_half_right: bool = False
    missing: tuple[str, ...] = ()
    detected_after: float | None = None
    decided_after: float | None = None
    recovered_after: float | None = None
    is_false_attack: bool = False
    is_confident_error: bool = False
    incidents: int = 0
    disruptions: int = 0
    problem: str = ""
    is_skipped: bool = False


def score(record: Record) -> Score:
    """Return what *record* is worth."""
    truth = record.scenario.truth
    if truth is None:
        return _of_control(record)
    if truth.cause is Cause.MONITOR_FAULT:
        return _of_own_fault(record, truth)
    return _of_fault(record, truth)


def _of_control(record: Record) -> Score:
    """Score a control: nothing may be opened, from the beginning to the end."""
    every = _incidents(record.samples)
    return Score(
        scenario=record.scenario,
        seed=record.seed,
        verdict=_verdict(every[0]) if every else NOTHING,
        is_right=not every,
        is_false_attack=_says(record.samples, Cause.NETWORK_ATTACK),
        incidents=len({each["id"] for each in every}),
        disruptions=_disruptions(record),
    )


def _of_own_fault(record: Record, truth: Truth) -> Score:
    """Score a fault of the monitor: said aloud, without an incident and without a notice."""
    opened = _incidents(record.samples)
    blamed = [each for each in record.verdicts if each["cause"] == truth.cause]
    verdict = _verdict(blamed[0]) if blamed else _verdict(opened[0]) if opened else NOTHING
    evidence = [item for each in blamed for item in each["evidence"]]
    missing = _missing(truth, evidence, record.on, record.off)
    announced = [each for each in record.during() if each.faults]
    return Score(
        scenario=record.scenario,
        seed=record.seed,
        verdict=verdict,
        is_right=bool(announced and blamed) and not (opened or record.notices or missing),
        missing=missing,
        detected_after=_rounds(record, announced),
        decided_after=0.0 if announced else None,
        is_false_attack=_says(record.samples, Cause.NETWORK_ATTACK),
        is_confident_error=_is_confidently_wrong(opened, truth),
        incidents=len({each["id"] for each in opened}),
        disruptions=_disruptions(record),
    )


def _of_fault(record: Record, truth: Truth) -> Score:
    during = record.during()
    seen = [each for each in during if each.incidents]
    if not seen:
        return Score(scenario=record.scenario, seed=record.seed, missing=_all(truth))
    last = seen[-1]
    main = _main(last)
    missing = _missing(truth, main["evidence"], record.on, last.at)
    stands_from = _stands_from(record, seen, main["id"], truth)
    every = _incidents(record.samples)
    return Score(
        scenario=record.scenario,
        seed=record.seed,
        verdict=_verdict(main),
        is_right=(
            _is_right(main, truth)
            and not missing
            and _is_told(record, truth)
            and _is_covered(last, truth)
            and not _incidents(record.before())
        ),
        is_half_right=_is_half_right(main, truth),
        missing=missing,
        detected_after=_rounds(record, seen),
        decided_after=None if stands_from is None else _between(seen[0].at, stands_from),
        recovered_after=_recovered_after(record, main["id"]),
        is_false_attack=(
            truth.cause is not Cause.NETWORK_ATTACK and _says(record.samples, Cause.NETWORK_ATTACK)
        ),
        is_confident_error=_is_confidently_wrong(every, truth),
        incidents=len({each["id"] for each in every}),
        disruptions=_disruptions(record),
    )


def _incidents(samples: Iterable[Sample]) -> list[Json]:
    """Return every incident as it stood in every sample."""
    return [incident for each in samples for incident in each.incidents]


def _main(sample: Sample) -> Json:
    """Return the incident that was opened first; the others are counted, not judged as it is."""
    return min(sample.incidents, key=lambda each: (each["confirmed_at"], each["id"]))


def _verdict(found: Json) -> Verdict:
    return Verdict(
        cause=found["cause"],
        subcause=found["subcause"],
        component=str(found["cause_component" if "cause_component" in found else "component"]),
        confidence=found["confidence"],
    )


def _is_right(incident: Json, truth: Truth) -> bool:
    return (
        incident["cause"] == truth.cause
        and incident["cause_component"] in truth.components
        and truth.subcause in ("", incident["subcause"])
    )


def _disruptions(record: Record) -> int:
    return sum(each["kind"] == "disruption" for each in record.notices)


def _is_told(record: Record, truth: Truth) -> bool:
    return not truth.told or any(each["kind"] == truth.told for each in record.notices)


def _is_covered(sample: Sample, truth: Truth) -> bool:
    """Whether the windows cover what the truth says, where it says something."""
    covered = {name for each in sample.windows for name in each["components"]}
    return not truth.covered or covered == truth.covered


def _is_half_right(incident: Json, truth: Truth) -> bool:
    first_two = [each["cause"] for each in incident["candidates"][:2]]
    return incident["cause"] == Cause.UNKNOWN and truth.cause in first_two


def _is_confidently_wrong(incidents: Iterable[Json], truth: Truth) -> bool:
    """Whether a wrong verdict stood anywhere, at any moment, with enough confidence to publish."""
    return any(
        each["confidence"] >= CONFIDENT
        and each["cause"] != Cause.UNKNOWN
        and not _is_right(each, truth)
        for each in incidents
    )


def missing_of(record: Record, incident: Json, latest: datetime) -> tuple[str, ...]:
    """Return the groups of evidence that an incident lacked at some moment of the hold."""
    truth = record.scenario.truth
    return _missing(truth, incident["evidence"], record.on, latest) if truth else ()


def _missing(
    truth: Truth, evidence: Iterable[Json], earliest: datetime, latest: datetime
) -> tuple[str, ...]:
    """Return the groups that nothing was cited of, and what should not have been cited."""
    dated = [
        each
        for each in evidence
        if not each["against"]
        and (
            each["signal"] in ("change", "window", "announcement")
            or earliest - EARLIEST <= datetime.fromisoformat(each["at"]) <= latest
        )
    ]
    missing = [group.what for group in truth.must_cite if not _is_cited(group, dated)]
    wrong = [f"not: {group.what}" for group in truth.must_not_cite if _is_cited(group, dated)]
    return (*missing, *wrong)


def _is_cited(group: Cite, evidence: Iterable[Json]) -> bool:
    return any(group.is_met_by(each) for each in evidence)


def _all(truth: Truth) -> tuple[str, ...]:
    return tuple(each.what for each in truth.must_cite)


def _stands_from(
    record: Record, seen: list[Sample], identity: str, truth: Truth
) -> datetime | None:
    """Return since when the right verdict stood until the end; None where it did not.

    From then on its evidence was complete, too, with what had been seen by that moment.
    """
    since: datetime | None = None
    for sample in seen:
        found = [each for each in sample.incidents if each["id"] == identity]
        stands = bool(found) and _is_right(found[0], truth)
        stands = stands and not _missing(truth, found[0]["evidence"], record.on, sample.at)
        since = (since or sample.at) if stands else None
    return since


def _says(samples: Iterable[Sample], cause: Cause) -> bool:
    return any(each["cause"] == cause for each in _incidents(samples))


def _rounds(record: Record, seen: list[Sample]) -> float | None:
    """Return after how many rounds there was something, from when there was something to find."""
    truth = record.scenario.truth
    due = timedelta(seconds=truth.due_after if truth else 0.0)
    return _between(record.on + due, seen[0].at) if seen else None


def _between(earlier: datetime, later: datetime) -> float:
    return round(max(0.0, (later - earlier).total_seconds()) / ROUND_SECONDS, 1)


def _recovered_after(record: Record, identity: str) -> float | None:
    """Return how many rounds after the revert recovery was said; negative is too early."""
    for sample in record.samples:
        for each in sample.incidents:
            if each["id"] == identity and each["status"] in OVER and sample.at > record.on:
                return round((sample.at - record.off).total_seconds() / ROUND_SECONDS, 1)
    return None
