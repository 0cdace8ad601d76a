"""Labels: the outages that somebody else says there were, to hold incidents against."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.backtest.rows import HistoryError, moment_of

REQUIRED = ("site", "kind", "start", "end")
# Failures of several sites that begin within this time of each other are one joint failure.
JOINT_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A span in which *site* was down or degraded; *end* None means that it never ended."""

    site: str
    kind: str
    start: datetime
    end: datetime | None = None

    def overlaps(self, start: datetime, end: datetime | None) -> bool:
        """Whether the span from *start* to *end* has more than its edge in common with this one."""
        begins_in_time = self.end is None or start < self.end
        return begins_in_time and (end is None or end > self.start)

    @property
    def minutes(self) -> float | None:
        """How long it lasted, or None where it never ended."""
        return None if self.end is None else (self.end - self.start).total_seconds() / 60


def load_labels(path: Path) -> tuple[Label, ...]:
    """Return the labels of a CSV file in the order of their start; raises HistoryError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [each for each in REQUIRED if each not in (reader.fieldnames or ())]
            if missing:
                raise HistoryError(
                    f"{path}:1: no column {', '.join(missing)}; expected {','.join(REQUIRED)}"
                )
            labels = [_label(row, f"{path}:{reader.line_num}") for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise HistoryError(f"{path}: {error}") from error
    return tuple(sorted(labels, key=lambda each: each.start))


def joint(labels: Sequence[Label]) -> Iterator[tuple[Label, ...]]:
    """Yield the groups of labels of different sites that began together."""
    group: list[Label] = []
    for label in labels:
        if group and label.start - group[-1].start > JOINT_WITHIN:
            yield from _if_joint(group)
            group = []
        group.append(label)
    yield from _if_joint(group)


def _if_joint(group: Sequence[Label]) -> Iterator[tuple[Label, ...]]:
    if len({each.site for each in group}) > 1:
        yield tuple(group)


def _label(row: Mapping[str, str | None], place: str) -> Label:
    try:
        start, end = moment_of(row["start"] or ""), row["end"]
        label = Label(
            site=row["site"] or "",
            kind=row["kind"] or "",
            start=start,
            end=moment_of(end) if end else None,
        )
    except HistoryError as error:
        raise HistoryError(f"{place}: {error}") from error
    if label.end is not None and label.end < label.start:
        raise HistoryError(f"{place}: it ends before it starts")
    return label
