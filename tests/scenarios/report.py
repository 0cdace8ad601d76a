"""The report of a run: the table, the confusion matrix, the scores, and the last line."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from monitor.model.cause import Cause
from tests.scenarios.configuration import ROUND_SECONDS, WATCH_SECONDS
from tests.scenarios.scoring import NOTHING, Score

_HEADINGS = (
    "id", "seed", "expected", "verdict", "conf", "detected", "decided", "evidence", "result",
)  # fmt: skip
NONE = NOTHING.cause
# A verdict is to stand so many rounds after the detection, and the recovery after the watch.
DECIDED_WITHIN = 3.0
RECOVERED_WITHIN = WATCH_SECONDS / ROUND_SECONDS + 2


def report(scores: Sequence[Score]) -> str:
    """Return the whole report; the last line has the figures that are agreed upon."""
    parts = (_table(scores), _matrix(scores), _figures(scores), last_line(scores))
    return "\n\n".join("\n".join(part) if not isinstance(part, str) else part for part in parts)


def last_line(scores: Iterable[Score]) -> str:
    """Return how many were right, and the three kinds of harm."""
    every = [each for each in scores if not each.is_skipped]
    faults = [each for each in every if each.scenario.truth is not None]
    controls = [each for each in every if each.scenario.truth is None]
    right = sum(each.is_right for each in faults)
    attacks = sum(each.is_false_attack for each in every)
    errors = sum(each.is_confident_error for each in every)
    opened = sum(each.incidents for each in controls)
    return (
        f"scenarios: {right} of {len(faults)} right, {attacks} false attack,"
        f" {errors} confident errors, {opened} incidents on controls"
    )


def line(score: Score) -> tuple[str, ...]:
    """Return one row of the table."""
    return (
        score.scenario.id,
        str(score.seed),
        _expected(score),
        _said(score),
        f"{score.verdict.confidence:.2f}" if score.verdict is not NOTHING else "",
        _rounds(score.detected_after),
        _rounds(score.decided_after),
        _evidence(score),
        _result(score),
    )


def _table(scores: Iterable[Score]) -> Iterator[str]:
    rows = [_HEADINGS, *(line(each) for each in scores)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _expected(score: Score) -> str:
    truth = score.scenario.truth
    return f"{truth.cause}@{'|'.join(sorted(truth.components))}" if truth else "no incident"


def _said(score: Score) -> str:
    verdict = score.verdict
    if verdict is NOTHING:
        return NONE
    finer = f"/{verdict.subcause}" if verdict.subcause else ""
    return f"{verdict.cause}{finer}@{verdict.component}"


def _rounds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _evidence(score: Score) -> str:
    if score.scenario.truth is None or score.problem:
        return ""
    return f"missing: {'; '.join(score.missing)}" if score.missing else "complete"


def _result(score: Score) -> str:
    """Return the verdict on the verdict, and what else is worth knowing."""
    if score.problem:
        return f"{'skipped' if score.is_skipped else 'broke off'}: {score.problem}"
    words = ["right" if score.is_right else "half" if score.is_half_right else "WRONG"]
    if score.is_false_attack:
        words.append("FALSE ATTACK")
    if score.is_confident_error:
        words.append("CONFIDENT ERROR")
    if score.incidents > 1:
        words.append(f"{score.incidents} incidents")
    if score.recovered_after is not None and score.recovered_after < 0:
        words.append("recovered too early")
    return ", ".join(words)


def _matrix(scores: Iterable[Score]) -> Iterator[str]:
    """Yield the confusion matrix: a row per expected cause, a column per verdict."""
    played = [each for each in scores if not each.problem]
    pairs = Counter(
        (each.scenario.truth.cause.value if each.scenario.truth else NONE, each.verdict.cause)
        for each in played
    )
    order = [*(each.value for each in Cause), NONE]
    rows = [each for each in order if any(each == expected for expected, _ in pairs)]
    columns = [each for each in order if any(each == said for _, said in pairs)]
    corner = "expected \\ verdict"
    width = max(len(each) for each in (*rows, corner))
    yield corner.ljust(width + 2) + "  ".join(columns)
    for row in rows:
        cells = (str(pairs[row, column] or ".").rjust(len(column)) for column in columns)
        yield row.ljust(width + 2) + "  ".join(cells)


def _figures(scores: Iterable[Score]) -> Iterator[str]:
    every = list(scores)
    faults = [each for each in every if each.scenario.truth is not None and not each.problem]
    skipped = [each for each in every if each.is_skipped]
    broken = [each for each in every if each.problem and not each.is_skipped]
    points = sum(1.0 if each.is_right else 0.5 if each.is_half_right else 0.0 for each in faults)
    points -= sum(each.is_false_attack + each.is_confident_error for each in every)
    yield f"points: {points:.1f} of {len(faults)}"
    for name, values in (
        ("detected", [each.detected_after for each in faults]),
        ("decided", [each.decided_after for each in faults]),
    ):
        known = [each for each in values if each is not None]
        if known:
            yield f"{name}: median {median(known):.1f} rounds, worst {max(known):.1f}"
    right = [each for each in faults if each.is_right]
    yield from _in_time("decided", [each.decided_after for each in right], DECIDED_WITHIN)
    over = [each.recovered_after for each in right if each.incidents]
    yield from _in_time("recovery", over, RECOVERED_WITHIN)
    repeated = [each.scenario.id for each in faults if each.disruptions > max(1, each.incidents)]
    yield f"more than one disruption notice per incident: {', '.join(repeated) or 'none'}"
    if skipped:
        reasons = Counter(each.problem for each in skipped)
        told = "; ".join(f"{count} {reason}" for reason, count in reasons.items())
        yield f"skipped: {len(skipped)} ({told})"
    if broken:
        yield f"broke off: {', '.join(each.scenario.id for each in broken)}"


def _in_time(name: str, after: Sequence[float | None], limit: float) -> Iterator[str]:
    """Yield how many of the right verdicts were followed by it within *limit* rounds."""
    timely = sum(each is not None and 0 <= each <= limit for each in after)
    yield f"{name} within {limit:g} rounds: {timely} of {len(after)} right verdicts"
