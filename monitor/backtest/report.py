"""The report of a backtest as JSON: what a table shows and a program reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from monitor.backtest.labels import Label
from monitor.backtest.replay import Replayed
from monitor.backtest.score import Match, Score
from monitor.backtest.setting import Setting
from monitor.model.codec import to_json
from monitor.model.events import Json
from monitor.model.incident import Incident
from monitor.model.notice import Notice
from monitor.model.payloads import incident_payload

# An outage of at least so many minutes must not be missed.
LONG_MINUTES = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One configuration against a history; *score* is there where labels are."""

    name: str
    mode: str
    setting: Setting
    replayed: Replayed
    score: Score | None = None


def run_report(run: Run) -> dict[str, Json]:
    """Return the report of one run."""
    replayed = run.replayed
    incidents = sorted(replayed.incidents.values(), key=lambda each: each.started_at)
    delays = [(each.confirmed_at - each.started_at).total_seconds() for each in incidents]
    rows = [_incident(each, replayed, run.setting) for each in incidents]
    joins = [each["flapping_joins"] for each in rows]
    report: dict[str, Json] = {
        "configuration": run.name,
        "mode": run.mode,
        "from": to_json(replayed.began_at),
        "to": to_json(replayed.ended_at),
        "sites_without_a_check": dict(replayed.strangers),
        "incidents": to_json(rows),
        "detection_delay_seconds": _spread(delays),
        "flapping_joins": sum(each for each in joins if isinstance(each, int)),
        "events": _counts(each.type.value for each in replayed.events),
        "notices": [_notice(each) for each in replayed.notices],
    }
    return report | (_labelled(run.score) if run.score else {})


def _incident(incident: Incident, replayed: Replayed, setting: Setting) -> dict[str, Json]:
    """Return the incident object with what a backtest adds; evidence stays out, for brevity."""
    payload = incident_payload(incident)
    for key in ("evidence", "candidates"):
        payload.pop(key)
    delay = (incident.confirmed_at - incident.started_at).total_seconds()
    return {
        **payload,
        "detection_delay_seconds": delay,
        "relapses": incident.relapses,
        "flapping_joins": _joins(incident, replayed, setting),
        "notices": sum(each.subject == incident.id for each in replayed.notices),
    }


def _joins(incident: Incident, replayed: Replayed, setting: Setting) -> int:
    """Return how many later failures of the same checks the incident took in."""
    end = incident.resolved_at or replayed.ended_at
    components = set(incident.components)
    checks = [each for each in setting.configuration.checks if each.component in components]
    return sum(
        max(0, sum(incident.started_at <= at and (end is None or at <= end) for at in spells) - 1)
        for each in checks
        if (spells := replayed.spells.get(each.name))
    )


def _labelled(score: Score) -> dict[str, Json]:
    found = [each for each in score.matches if each.is_found]
    missed = [each for each in score.matches if not each.is_found]
    delays = [each.delay_seconds for each in found if each.delay_seconds is not None]
    long = [each for each in score.matches if (each.label.minutes or LONG_MINUTES) >= LONG_MINUTES]
    return {
        "labels": [_match(each) for each in score.matches],
        "found": len(found),
        "missed": [_label(each.label) for each in missed],
        "false": list(score.false),
        "split": [_match(each) for each in found if len(each.incidents) > 1],
        "long_labels": {"total": len(long), "found": sum(each.is_found for each in long)},
        "joint": [
            {
                "start": to_json(each.labels[0].start),
                "sites": [label.site for label in each.labels],
                "joined_by": list(each.joined_by),
            }
            for each in score.joint
        ],
        "label_delay_seconds": _spread(delays),
    }


def _match(match: Match) -> dict[str, Json]:
    return {
        **_label(match.label),
        "incidents": list(match.incidents),
        "delay_seconds": match.delay_seconds,
    }


def _label(label: Label) -> dict[str, Json]:
    return {
        "site": label.site,
        "kind": label.kind,
        "start": to_json(label.start),
        "end": to_json(label.end),
    }


def _notice(notice: Notice) -> dict[str, Json]:
    return {
        "at": to_json(notice.at),
        "kind": notice.kind.value,
        "subject": notice.subject,
        "services": list(notice.services),
    }


def _spread(seconds: Sequence[float]) -> dict[str, Json]:
    if not seconds:
        return {"median": None, "max": None}
    return {"median": median(seconds), "max": max(seconds)}


def _counts(words: Iterable[str]) -> dict[str, Json]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return dict(sorted(counts.items()))
