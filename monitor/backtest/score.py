"""Incidents held against labels: found and missed, how late, how often told, false ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.backtest.labels import Label, joint
from monitor.backtest.replay import Replayed
from monitor.backtest.setting import Setting
from monitor.model.incident import Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A label with the incidents of its site in its span; the first one found it."""

    label: Label
    incidents: tuple[str, ...]
    delay_seconds: float | None

    @property
    def is_found(self) -> bool:
        """Whether an incident tells of it."""
        return bool(self.incidents)


@dataclass(frozen=True, slots=True, kw_only=True)
class JointFailure:
    """Labels that began together, and the incidents that tell of all of them."""

    labels: tuple[Label, ...]
    joined_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How the incidents of a history compare with its labels; *false* ones match none."""

    matches: tuple[Match, ...]
    false: tuple[str, ...]
    joint: tuple[JointFailure, ...]


def score(replayed: Replayed, labels: Sequence[Label], setting: Setting) -> Score:
    """Hold the incidents of a history against *labels*."""
    incidents = sorted(replayed.incidents.values(), key=lambda each: each.started_at)
    matches = tuple(_match(each, incidents, setting) for each in labels)
    matched = {each for match in matches for each in match.incidents}
    by_label = {match.label: match.incidents for match in matches}
    return Score(
        matches=matches,
        false=tuple(each.id for each in incidents if each.id not in matched),
        joint=tuple(
            JointFailure(labels=group, joined_by=_common(group, by_label))
            for group in joint(labels)
        ),
    )


def _match(label: Label, incidents: Sequence[Incident], setting: Setting) -> Match:
    check = setting.check_for(label.site)
    found = [
        each
        for each in incidents
        if check is not None
        and check.component in each.components
        and label.overlaps(each.started_at, each.recovered_at or each.resolved_at)
    ]
    delay = _delay(label, found[0], check.component) if found and check else None
    return Match(label=label, incidents=tuple(each.id for each in found), delay_seconds=delay)


def _delay(label: Label, incident: Incident, component: str) -> float:
    """Return how long after its start the outage was confirmed as part of the incident."""
    joined = [each.joined_at for each in incident.members if each.component == component]
    confirmed = incident.confirmed_at if incident.root == component else min(joined)
    return max(0.0, (confirmed - label.start).total_seconds())


def _common(group: Sequence[Label], by_label: Mapping[Label, tuple[str, ...]]) -> tuple[str, ...]:
    first, *others = (by_label[each] for each in group)
    return tuple(each for each in first if all(each in other for other in others))
