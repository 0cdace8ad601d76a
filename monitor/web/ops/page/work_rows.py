"""Rows of what people did: decisions, notes, mutes, and the reports that are due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.model.events import Json
from monitor.model.incident import Incident, Override
from monitor.model.reporting import ReportDue, ReportState
from monitor.model.snapshot import Snapshot
from monitor.model.status import Mute
from monitor.web.ops.page.wording import Moment, Wording, duration, english, label


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """What a person decided, and why."""

    words: str
    author: str
    at: Moment
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRow:
    """A remark for operations."""

    text: str
    author: str
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRow:
    """A report that is due to an authority, or was made; *tone* colours its state."""

    rule: str
    level: str
    state: str
    tone: str
    due: Moment
    left: str
    note: str
    reported: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteRow:
    """A check that counts for nothing for a while."""

    check: str
    reason: str
    author: str
    until: Moment


_TONES = {
    ReportState.WAITING: "unknown",
    ReportState.SOON: "degraded",
    ReportState.OVERDUE: "major_outage",
    ReportState.REPORTED: "operational",
}


def decision_rows(incident: Incident, wording: Wording) -> tuple[DecisionRow, ...]:
    """Return every decision, the first one first."""
    return tuple(
        DecisionRow(
            words=decision_words(each),
            author=each.author,
            at=wording.moment(each.at),
            reason=each.reason,
        )
        for each in incident.overrides
    )


def decision_words(decision: Override) -> str:
    """Return what was decided; nothing named means that the verdict was given back."""
    named = (
        label(decision.cause) if decision.cause else "",
        label(decision.subcause) if decision.subcause else "",
        label(decision.severity) if decision.severity else "",
        f"level {decision.level}" if decision.level else "",
    )
    return " · ".join(filter(None, named)) or "the machine's verdict again"


def note_rows(incident: Incident, wording: Wording) -> tuple[NoteRow, ...]:
    """Return the notes in order."""
    return tuple(
        NoteRow(text=each.text, author=each.author, at=wording.moment(each.at))
        for each in incident.notes
    )


def deadline_rows(due: Iterable[ReportDue], wording: Wording) -> tuple[DeadlineRow, ...]:
    """Return the reports that are due, with the time that is left."""
    return tuple(_deadline(each, wording) for each in due)


def mute_rows(snapshot: Snapshot, wording: Wording) -> tuple[MuteRow, ...]:
    """Return the checks that are muted, the first to be heard again first."""
    muted = [
        (name, state.mute)
        for name, state in snapshot.check_states.items()
        if state.is_muted and state.mute is not None
    ]
    return tuple(
        mute_row(name, mute, wording)
        for name, mute in sorted(muted, key=lambda each: (each[1].until, each[0]))
    )


def mute_row(check: str, mute: Mute, wording: Wording) -> MuteRow:
    """Return one mute."""
    return MuteRow(
        check=check, reason=mute.reason, author=mute.author, until=wording.moment(mute.until)
    )


def _deadline(due: ReportDue, wording: Wording) -> DeadlineRow:
    state = due.state(wording.now)
    seconds = (due.due_at - wording.now).total_seconds()
    left = f"{duration(-seconds)} late" if seconds < 0 else f"{duration(seconds)} left"
    made = due.report
    return DeadlineRow(
        rule=due.deadline.rule,
        level=due.deadline.level,
        state=state.value,
        tone=_TONES[state],
        due=wording.moment(due.due_at),
        left="" if made else left,
        note=due.deadline.note,
        reported=f"{made.author}, {wording.moment(made.at).text}" if made else "",
    )


def machine_words(incident: Incident) -> str:
    """Return the machine's own verdict, where a person decided otherwise."""
    verdict = incident.diagnosis
    named = (label(verdict.cause), label(verdict.subcause) if verdict.subcause else "")
    words = " · ".join(filter(None, named))
    return f"{words}, {verdict.confidence:.0%}, {label(incident.severity).lower()}"


def rule_lines(incident: Incident, wording: Wording) -> Iterable[tuple[str, str]]:
    """Yield what users may read of the rule."""
    facts = incident.regulatory
    if facts is None:
        return
    yield "Rule", english(facts.rule, "")
    yield "Change", english(facts.change, "")
    yield "From", wording.moment(facts.effective_from).text if facts.effective_from else ""
    yield "Existing business", english(facts.existing, "")
    yield "Users may", english(facts.action, "")
    yield "Before", wording.moment(facts.act_before).text if facts.act_before else ""
    yield "Concerns", english(facts.scope, "")


def why(data: Mapping[str, Json]) -> str:
    """Return what a person did and said, or what a reminder is about."""
    deadline, text = data.get("deadline"), data.get("text")
    rule = deadline.get("rule") if isinstance(deadline, dict) else data.get("rule")
    said = data.get("reason") or (text if isinstance(text, str) else "")
    decided = data.get("decision")
    if isinstance(decided, dict):
        named = (decided.get(key) for key in ("cause", "subcause", "severity", "level"))
        rule = " ".join(label(str(each)) for each in named if each)
    step = label(str(data.get("change") or "")) if data.get("by") or deadline else ""
    return ": ".join(str(each) for each in (step, rule, said) if each)
