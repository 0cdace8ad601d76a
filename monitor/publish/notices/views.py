"""What a template sees of a fact record in one locale: words and times ready to be placed."""

from datetime import datetime

from monitor.model.maintenance import PatternKind, WindowSource
from monitor.model.notice import NoticeKind
from monitor.model.regulatory import RegulatoryFacts
from monitor.publish.notices.facts import (
    CorrectedFact,
    Effect,
    FactRecord,
    IncidentFacts,
    WindowFacts,
)
from monitor.publish.notices.view_values import (
    CorrectedView,
    IncidentView,
    Moment,
    Names,
    NoticeView,
    RuleView,
    WindowView,
)
from monitor.publish.notices.wording import (
    Times,
    ceil_minute,
    duration,
    head_names,
    localized,
    machine_time,
    open_ended,
    seconds_between,
    sentence,
)


def view_of(record: FactRecord, locale: str) -> NoticeView:
    """Return *record* as the templates of *locale* see it."""
    times = Times(locale, record.time_zone)
    names = [each.names for each in record.affected]
    effects = {effect.value: _with(record, effect, locale) for effect in Effect}
    return NoticeView(
        platform=localized(record.platform, locale),
        headline=head_names([localized(each, locale) for each in names], locale),
        affected=Names.of(names, locale),
        effects=effects,
        ongoing=any(effects[each.value] for each in _ONGOING),
        unaffected=Names.of(record.unaffected, locale),
        alternatives=Names.of(record.alternatives, locale),
        advice=_advice(record, locale),
        payments=_operator_text(record, "payments", locale),
        repayments=_operator_text(record, "repayments", locale),
        anti_fraud=_operator_text(record, "anti_fraud", locale),
        contact=open_ended(localized(record.contact, locale)),
        issuer=localized(record.issuer, locale),
        at=_moment(record.at, times),
        zone=times.zone(record.at),
        next_update=_deadline(record.next_update_by, times),
        informed=record.on_call_informed,
        working=record.acknowledged,
        phase=_PHASES.get(record.kind, "ongoing"),
        merchants=_operator_text(record, "merchants", locale),
        support=_operator_text(record, "support", locale),
        statement=sentence(localized(record.statement, locale), locale),
        corrected=_corrected(record.corrected, times, locale) if record.corrected else None,
        incident=_incident(record.incident, times, locale) if record.incident else None,
        window=_window(record.window, times, locale) if record.window else None,
    )


_PHASES = {
    NoticeKind.MAINTENANCE_PLANNED: "ahead",
    NoticeKind.MAINTENANCE_REMINDER: "ahead",
    NoticeKind.MAINTENANCE_COMPLETED: "over",
    NoticeKind.MAINTENANCE_CANCELLED: "",
    NoticeKind.RECOVERY: "over",
    NoticeKind.SUMMARY: "over",
    NoticeKind.CORRECTION: "",
    NoticeKind.REGULATORY: "",
}
_ONGOING = (Effect.UNAVAILABLE, Effect.FAILING, Effect.SLOW)


def _with(record: FactRecord, effect: Effect, locale: str) -> Names:
    return Names.of([each.names for each in record.affected if each.effect is effect], locale)


def _advice(record: FactRecord, locale: str) -> tuple[str, ...]:
    texts = (sentence(localized(each.advice, locale), locale) for each in record.affected)
    return tuple(dict.fromkeys(text for text in texts if text))


def _operator_text(record: FactRecord, key: str, locale: str) -> str:
    return sentence(localized(record.texts.get(key, {}), locale), locale)


def _moment(at: datetime, times: Times) -> Moment:
    return Moment(text=times.minute(at), iso=machine_time(at))


def _exact(at: datetime, times: Times) -> Moment:
    return Moment(text=times.second(at), iso=machine_time(at))


def _maybe(at: datetime | None, times: Times) -> Moment | None:
    return None if at is None else _moment(at, times)


def _deadline(at: datetime | None, times: Times) -> Moment | None:
    return (
        None if at is None else Moment(text=times.deadline(at), iso=machine_time(ceil_minute(at)))
    )


def _incident(facts: IncidentFacts, times: Times, locale: str) -> IncidentView:
    start, end = facts.started_at, facts.recovered_at
    return IncidentView(
        since=_moment(start, times),
        until=_maybe(end, times),
        since_exact=_exact(start, times),
        until_exact=_exact(end, times) if end else None,
        until_after_since=times.until(end, start, seconds=True) if end else "",
        downtime=duration(seconds_between(start, end), locale) if end else "",
        recovering=facts.recovering,
        cause=facts.cause.value if facts.cause else "",
        subcause=facts.subcause,
        partner=localized(facts.partner, locale),
        corrects=facts.corrects,
        title=open_ended(localized(facts.title, locale)),
        rule=_rule(facts.regulatory, times, locale) if facts.regulatory else None,
        account=localized(facts.account, locale).strip(),
    )


def _rule(facts: RegulatoryFacts, times: Times, locale: str) -> RuleView:
    rule, change, existing, action, scope = (
        open_ended(localized(each, locale))
        for each in (facts.rule, facts.change, facts.existing, facts.action, facts.scope)
    )
    return RuleView(
        rule=rule,
        change=change,
        existing=existing,
        action=action,
        scope=scope,
        effective_from=_maybe(facts.effective_from, times),
        act_before=_maybe(facts.act_before, times),
    )


def _corrected(facts: CorrectedFact, times: Times, locale: str) -> CorrectedView:
    return CorrectedView(
        subject=localized(facts.subjects, locale),
        at=_moment(facts.at, times),
        withdrawn=facts.withdrawn,
    )


def _window(facts: WindowFacts, times: Times, locale: str) -> WindowView:
    expected, begun = facts.expected, facts.actual_start or facts.start
    blips = expected.kind is PatternKind.BLIPS and expected.count > 0
    return WindowView(
        title=localized(facts.title, locale),
        start=_moment(facts.start, times),
        end=_moment(facts.end, times),
        end_after_start=times.until(facts.end, facts.start),
        previous_start=_maybe(facts.previous_start, times),
        previous_end=_maybe(facts.previous_end, times),
        previous_end_short=_previous_end(facts, times),
        moved=_moved(facts),
        begun=_moment(begun, times),
        end_after_begun=times.until(facts.end, begun),
        ended=_moment(facts.actual_end or facts.end, times),
        is_over=facts.actual_end is not None,
        is_early=facts.actual_end is not None and facts.actual_end < facts.end,
        pattern=expected.kind.value,
        blips=expected.count if blips else 0,
        blip_length=duration(int(expected.max_seconds), locale) if blips else "",
        partner=localized(facts.partner, locale),
        by_partner=facts.source is WindowSource.THIRD_PARTY,
    )


def _previous_end(facts: WindowFacts, times: Times) -> str:
    if facts.previous_start is None or facts.previous_end is None:
        return ""
    return times.until(facts.previous_end, facts.previous_start)


def _moved(facts: WindowFacts) -> str:
    start, end = facts.previous_start, facts.previous_end
    if start is None or end is None or (start, end) == (facts.start, facts.end):
        return ""
    return "later" if facts.end > end else "earlier"
