"""The fact record: all that a template may know, public by construction.

It has no field for a hostname, address, query, error text, evidence, account or component name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import cast

from monitor.model.cause import Cause
from monitor.model.codec import from_json
from monitor.model.events import Json
from monitor.model.maintenance import ExpectedPattern, WindowSource
from monitor.model.notice import Notice, NoticeKind, NoticeState
from monitor.model.platform import LocalizedText
from monitor.model.regulatory import RegulatoryFacts


class Effect(StrEnum):
    """What users notice of one service; the order is the order of the sentences."""

    UNAVAILABLE = "unavailable"
    FAILING = "failing"
    SLOW = "slow"
    RESTORED = "restored"
    UNSETTLED = "unsettled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFact:
    """A service in a notice: its public name and what users notice of it now."""

    service: str
    names: LocalizedText
    effect: Effect
    advice: LocalizedText = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFacts:
    """What is known of an incident; *cause* only where it may be told.

    *partner* is the public name of the third party at fault, *corrects* marks a cause that
    replaces one published before, *recovering* an incident under watch. *title*, *regulatory* and
    *account*, the public part of the postmortem, are what a person wrote for users.
    """

    started_at: datetime
    recovered_at: datetime | None = None
    recovering: bool = False
    cause: Cause | None = None
    subcause: str = ""
    partner: LocalizedText = field(default_factory=dict)
    corrects: bool = False
    title: LocalizedText = field(default_factory=dict)
    regulatory: RegulatoryFacts | None = None
    account: LocalizedText = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFacts:
    """What is known of a window; *previous_start* and *previous_end* are those announced before."""

    start: datetime
    end: datetime
    title: LocalizedText = field(default_factory=dict)
    previous_start: datetime | None = None
    previous_end: datetime | None = None
    actual_start: datetime | None = None
    actual_end: datetime | None = None
    overrun_since: datetime | None = None
    expected: ExpectedPattern = field(default_factory=ExpectedPattern)
    source: WindowSource = WindowSource.OPERATOR
    partner: LocalizedText = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedFact:
    """The notice that a correction is about; *withdrawn* says that it no longer holds at all."""

    notice: str
    kind: NoticeKind
    at: datetime
    subjects: LocalizedText
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRecord:
    """One notice as facts, from which every locale is rendered.

    *unaffected* and *alternatives* hold only services seen working when it was made (for a window,
    *unaffected* are those outside its scope); *texts* are the operator's own sentences for every
    notice, *statement* what a person wrote for this one.
    """

    kind: NoticeKind
    at: datetime
    platform: LocalizedText
    time_zone: str
    affected: tuple[ServiceFact, ...]
    unaffected: tuple[LocalizedText, ...] = ()
    alternatives: tuple[LocalizedText, ...] = ()
    contact: LocalizedText = field(default_factory=dict)
    issuer: LocalizedText = field(default_factory=dict)
    texts: Mapping[str, LocalizedText] = field(default_factory=dict)
    next_update_by: datetime | None = None
    on_call_informed: bool = False
    acknowledged: bool = False
    statement: LocalizedText = field(default_factory=dict)
    corrected: CorrectedFact | None = None
    incident: IncidentFacts | None = None
    window: WindowFacts | None = None


def effect_only(record: FactRecord) -> FactRecord:
    """Return *record* with nothing but what users notice: no cause, no rule, no person's words."""
    incident, window = record.incident, record.window
    if incident is not None:
        incident = IncidentFacts(
            started_at=incident.started_at,
            recovered_at=incident.recovered_at,
            recovering=incident.recovering,
        )
    if window is not None:
        window = replace(window, title={}, partner={})
    return replace(record, statement={}, incident=incident, window=window)


def facts_of(notice: Notice) -> FactRecord:
    """Return the fact record that *notice* was rendered from."""
    return from_json(FactRecord, cast("Json", notice.facts))


def published(existing: Sequence[Notice]) -> tuple[Notice, ...]:
    """Return those of *existing* that users were told, oldest first."""
    told = [each for each in existing if each.state is NoticeState.PUBLISHED]
    return tuple(sorted(told, key=lambda each: (each.at, _ORDER[each.kind], each.revision)))


def cause_told(existing: Sequence[Notice]) -> Notice | None:
    """Return the notice by which users know the cause; None where a person set it right."""
    last = last_of(published(existing), NoticeKind.CAUSE_KNOWN)
    return None if last is None or last.corrected_by else last


def last_of(notices: Sequence[Notice], *kinds: NoticeKind) -> Notice | None:
    """Return the newest of *notices* that has one of *kinds*, or None."""
    return next((each for each in reversed(notices) if each.kind in kinds), None)


def window_told(told: Sequence[Notice]) -> WindowFacts | None:
    """Return the window as users were last told of it; a correction repeats what was wrong."""
    own = (each for each in reversed(told) if each.kind is not NoticeKind.CORRECTION)
    last = next(own, None)
    return facts_of(last).window if last else None


# Notices of one moment are told in the order of their kinds.
_ORDER = {kind: position for position, kind in enumerate(NoticeKind)}
