"""What every notice must say, from its title to its date (pure)."""

import re
from collections.abc import Iterable, Mapping

from monitor.model.notice import NoticeKind, NoticeText
from monitor.publish.notices.facts import FactRecord
from monitor.publish.notices.gather import AHEAD
from monitor.publish.notices.view_values import NoticeView

_ONGOING = frozenset(
    {
        NoticeKind.DISRUPTION,
        NoticeKind.CAUSE_KNOWN,
        NoticeKind.UPDATE,
        NoticeKind.HOLDING,
        NoticeKind.MAINTENANCE_EXTENDED,
        NoticeKind.MAINTENANCE_OVERRUNNING,
        NoticeKind.MAINTENANCE_STARTED,
        *AHEAD,
    }
)
_CAREFUL = _ONGOING | {NoticeKind.MONITORING}
_COMPARING = _ONGOING - {
    NoticeKind.MAINTENANCE_STARTED,
    NoticeKind.MAINTENANCE_EXTENDED,
    NoticeKind.MAINTENANCE_OVERRUNNING,
}
_ESTIMATED = AHEAD | {NoticeKind.MAINTENANCE_STARTED, NoticeKind.MAINTENANCE_EXTENDED}
_EARLY_OR_LATE = AHEAD | {NoticeKind.MAINTENANCE_STARTED}
_SETTLING = _CAREFUL | {NoticeKind.RECOVERY, NoticeKind.MAINTENANCE_COMPLETED}

# Words by which a part is known, per language; a language that is not here is not searched.
Patterns = Mapping[str, str]
_TITLE: Patterns = {"zh": r"^关于.+(?:公告|通知|提醒|说明)$"}
_SALUTATION: Patterns = {"zh": r"^尊敬的"}
_ESTIMATE: Patterns = {"zh": "预计", "en": "estimate|expected"}
_ANTI_FRAUD: Patterns = {"zh": "验证码", "en": "verification codes"}
_CARE: Patterns = {"zh": "请勿重复", "en": "do not pay or submit again"}
_EARLY: Patterns = {"zh": "提前完成", "en": r"\bearly\b"}
_LATE: Patterns = {"zh": "另行公告", "en": "announce"}
_SORRY: Patterns = {"zh": "歉|谅解|感谢", "en": "apologise|thank you"}


def missing(record: FactRecord, view: NoticeView, text: NoticeText, language: str) -> Iterable[str]:
    """Yield the parts that *text*, made of *record*, does not have."""
    kind, body = record.kind, text.text

    def says(patterns: Patterns, words: str = body) -> bool:
        return re.search(patterns.get(language, ""), words, re.IGNORECASE) is not None

    parts: Mapping[str, bool] = {
        "a title in the usual form": bool(text.subject) and says(_TITLE, text.subject),
        "the salutation": says(_SALUTATION),
        "the affected services in its first paragraph": names_affected(view, body),
        "when it began or is to begin": all(each in body for each in _times(record, view)),
        "the time zone": _is_timeless(record) or view.zone in body,
        "the mark of an estimate": kind not in _ESTIMATED or says(_ESTIMATE),
        "what is not affected": kind not in _COMPARING or view.unaffected.text in body,
        "what to do instead": kind not in _ONGOING or view.alternatives.text in body,
        "the advice not to pay twice": kind not in _CAREFUL or says(_CARE),
        "the advice of the operator": kind not in _ONGOING
        or all(each in body for each in view.advice),
        "the operator's words on payments": kind not in _SETTLING or view.payments in body,
        "the operator's words on repayments": kind not in _SETTLING or view.repayments in body,
        "what happens if it ends early": kind not in _EARLY_OR_LATE or says(_EARLY),
        "what happens if it takes longer": kind not in _EARLY_OR_LATE or says(_LATE),
        "the next update": view.next_update is None or view.next_update.text in body,
        "what a person wrote": all(each in body for each in _written(view)),
        "an apology or thanks": says(_SORRY),
        "the contact": view.contact in body,
        "the warning of fraud": view.anti_fraud in body if view.anti_fraud else says(_ANTI_FRAUD),
        "its issuer": view.issuer in body,
        "its date": view.at.text in body,
        "machine-readable times": "<time datetime=" in text.html,
    }
    return (name for name, present in parts.items() if not present)


def names_affected(view: NoticeView, body: str) -> bool:
    """Whether the first paragraph of *body* names every service that is affected."""
    first = body.split("\n\n", 1)[0]
    apart = [names.text for names in view.effects.values() if names]
    return view.affected.text in first or all(each in first for each in apart)


def _times(record: FactRecord, view: NoticeView) -> tuple[str, ...]:
    """Return the times that the text must give."""
    if view.corrected is not None:
        return (view.corrected.at.text,)
    if view.window is not None:
        known = record.kind in AHEAD or record.kind is NoticeKind.MAINTENANCE_CANCELLED
        begun = record.kind is NoticeKind.MAINTENANCE_STARTED
        if known or begun:
            return (view.window.start.text if known else view.window.begun.text,)
        over = record.kind is NoticeKind.MAINTENANCE_COMPLETED
        return (view.window.ended.text if over else view.window.end.text,)
    if view.incident is None:
        return ()
    if rule := view.incident.rule:
        return tuple(each.text for each in (rule.effective_from, rule.act_before) if each)
    over = record.kind in (NoticeKind.RECOVERY, NoticeKind.SUMMARY)
    exact = (view.incident.since_exact.text, view.incident.until_after_since)
    return exact if over else (view.incident.since.text,)


def _is_timeless(record: FactRecord) -> bool:
    """Whether no time is told: a rule may be announced before it is known when it begins."""
    rule = record.incident.regulatory if record.incident else None
    return rule is not None and rule.effective_from is None and rule.act_before is None


def _written(view: NoticeView) -> Iterable[str]:
    """Yield the words of a person's that must be there, paragraph by paragraph."""
    yield view.statement
    if view.incident is None:
        return
    yield from view.incident.account.split("\n\n")
    if rule := view.incident.rule:
        yield from (each for each in (rule.rule, rule.change, rule.scope))
