"""The values that templates see: words and times, and nothing to compute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.model.platform import LocalizedText
from monitor.publish.notices.wording import join_names, localized


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time as people read it and as machines do."""

    text: str
    iso: str


@dataclass(frozen=True, slots=True)
class Names:
    """Names as people list them; *many* where a verb must be plural; false where there are none."""

    text: str = ""
    many: bool = False

    @classmethod
    def of(cls, texts: Sequence[LocalizedText], locale: str) -> "Names":
        """Return *texts* listed in *locale*."""
        return cls(join_names([localized(each, locale) for each in texts], locale), len(texts) > 1)

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """What an authority requires, in words without their full stops."""

    rule: str
    change: str
    existing: str
    action: str
    scope: str
    effective_from: Moment | None
    act_before: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedView:
    """The notice that a correction is about."""

    subject: str
    at: Moment
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """An incident in words; *cause* is the enum's word or empty."""

    since: Moment
    until: Moment | None
    since_exact: Moment
    until_exact: Moment | None
    until_after_since: str
    downtime: str
    recovering: bool
    cause: str
    subcause: str
    partner: str
    corrects: bool
    title: str
    rule: RuleView | None
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowView:
    """A window in words; *moved* is `later`, `earlier` or empty.

    *begun* and *ended* are the actual times, the planned ones where it has not come to that.
    """

    title: str
    start: Moment
    end: Moment
    end_after_start: str
    previous_start: Moment | None
    previous_end: Moment | None
    previous_end_short: str
    moved: str
    begun: Moment
    end_after_begun: str
    ended: Moment
    is_over: bool
    is_early: bool
    pattern: str
    blips: int
    blip_length: str
    partner: str
    by_partner: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """A notice in words: service lists per effect, the operator's sentences, what was promised.

    *phase* is `ahead`, `ongoing` or `over`, and empty where nothing has a time.
    """

    platform: str
    headline: str
    affected: Names
    effects: Mapping[str, Names]
    ongoing: bool
    unaffected: Names
    alternatives: Names
    advice: tuple[str, ...]
    payments: str
    repayments: str
    anti_fraud: str
    contact: str
    issuer: str
    at: Moment
    zone: str
    next_update: Moment | None
    informed: bool
    working: bool
    phase: str
    merchants: str
    support: str
    statement: str
    corrected: CorrectedView | None
    incident: IncidentView | None
    window: WindowView | None
