"""Made-up fact records, full and minimal, with which templates are previewed and linted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.model.cause import Cause
from monitor.model.maintenance import ExpectedPattern, PatternKind
from monitor.model.notice import NoticeKind
from monitor.model.regulatory import RegulatoryFacts
from monitor.publish.notices.facts import (
    CorrectedFact,
    Effect,
    FactRecord,
    IncidentFacts,
    ServiceFact,
    WindowFacts,
)
from monitor.publish.notices.gather import AHEAD, OF_WINDOWS, PROMISING

_START = datetime(2026, 1, 10, 2, 2, 5, tzinfo=UTC)
_SHORT = timedelta(minutes=5, seconds=12)
_SERVICES: Mapping[str, Mapping[str, str]] = {
    "checkout": {"zh-CN": "收银台", "en": "Checkout"},
    "cash-loans": {"zh-CN": "借款", "en": "Cash Loans"},
    "repayment": {"zh-CN": "还款", "en": "Repayment"},
    "credit-pay": {"zh-CN": "信用支付", "en": "Credit Pay"},
}


def minimal(kind: NoticeKind) -> FactRecord:
    """Return the least a notice of *kind* can rest on: one service, nothing configured or known."""
    return _with_subject(_record(kind, {"checkout": _effects(kind)[0]}))


def full(kind: NoticeKind) -> FactRecord:
    """Return a record of *kind* with every fact a notice may tell."""
    first, second = _effects(kind)
    advised = {"zh-CN": "如需付款，可先使用信用支付", "en": "You may pay with Credit Pay first"}
    record = _record(kind, {"checkout": first, "cash-loans": second, "repayment": second})
    told = replace(
        record,
        affected=(replace(record.affected[0], advice=advised), *record.affected[1:]),
        unaffected=(_SERVICES["credit-pay"],),
        alternatives=(_SERVICES["credit-pay"],) if kind not in AHEAD else (),
        contact={"zh-CN": "客服热线 95000", "en": "hotline 95000"},
        issuer={"zh-CN": "示例信用支付服务团队", "en": "The Example Credit Pay team"},
        texts={
            "payments": {
                "zh-CN": "结果不明的付款将在一个工作日内核对完毕",
                "en": "Payments with an unclear result are checked within one business day",
            },
            "repayments": {
                "zh-CN": "受影响的还款可顺延一日，不计逾期",
                "en": "Affected repayments may be made one day later without being overdue",
            },
            "merchants": {
                "zh-CN": "商户服务群会同步最新进展",
                "en": "The merchants' group is kept up to date",
            },
            "support": {
                "zh-CN": "大额投诉请转二线",
                "en": "Pass complaints about large amounts to the second line",
            },
        },
        on_call_informed=True,
        statement=_STATEMENT if kind in (NoticeKind.UPDATE, NoticeKind.CORRECTION) else {},
    )
    return _with_subject(told, everything=True)


_STATEMENT = {
    "zh-CN": "借款申请已恢复受理，放款可能比平时稍晚",
    "en": "Loan applications are accepted again; payouts may take a little longer than usual",
}
_RULE = RegulatoryFacts(
    rule={"zh-CN": "《关于示例业务的通知》", "en": "the Notice on Example Business"},
    change={
        "zh-CN": "单笔借款的最高金额调整为五万元",
        "en": "a single loan may be at most 50,000 yuan",
    },
    effective_from=datetime(2026, 1, 31, 16, 0, tzinfo=UTC),
    existing={
        "zh-CN": "已有借款按原约定执行，请您按时还款",
        "en": "loans that exist continue under their terms; please repay on time",
    },
    action={"zh-CN": "提前结清", "en": "repay early"},
    act_before=datetime(2026, 1, 30, 16, 0, tzinfo=UTC),
    scope={"zh-CN": "全体借款用户", "en": "all users of Cash Loans"},
)
_ACCOUNT = {
    "zh-CN": "一次配置变更使部分请求无法完成。我们撤回了该变更，服务随即恢复。\n\n"
    "我们已在变更流程中增加了自动核对。",
    "en": "A change of configuration kept some requests from being completed. We took it back and"
    " service resumed.\n\nWe have added an automatic check to how changes are made.",
}
_ENDED = frozenset(
    {
        NoticeKind.RECOVERY,
        NoticeKind.MONITORING,
        NoticeKind.SUMMARY,
        NoticeKind.MAINTENANCE_COMPLETED,
        NoticeKind.MAINTENANCE_CANCELLED,
    }
)


def _effects(kind: NoticeKind) -> tuple[Effect, Effect]:
    if kind in _ENDED:
        return Effect.RESTORED, Effect.UNSETTLED
    return Effect.UNAVAILABLE, Effect.UNAVAILABLE if kind in OF_WINDOWS else Effect.SLOW


def _record(kind: NoticeKind, effects: Mapping[str, Effect]) -> FactRecord:
    at = _START + timedelta(minutes=10 if kind in _ENDED else 1)
    return FactRecord(
        kind=kind,
        at=at,
        platform={"zh-CN": "示例信用支付", "en": "Example Credit Pay"},
        time_zone="Asia/Shanghai",
        affected=tuple(
            ServiceFact(service=name, names=_SERVICES[name], effect=effect)
            for name, effect in effects.items()
        ),
        issuer={"zh-CN": "示例信用支付", "en": "Example Credit Pay"},
        next_update_by=at + timedelta(minutes=30) if kind in PROMISING else None,
    )


def _with_subject(record: FactRecord, *, everything: bool = False) -> FactRecord:
    if record.kind in OF_WINDOWS:
        return replace(record, window=_window(record.kind, everything=everything))
    if record.kind is NoticeKind.CORRECTION:
        record = replace(record, corrected=_corrected(record, withdrawn=not everything))
    return replace(record, incident=_incident(record.kind, everything=everything))


def _incident(kind: NoticeKind, *, everything: bool) -> IncidentFacts:
    told_cause = everything or kind is NoticeKind.CAUSE_KNOWN
    over = kind in (NoticeKind.RECOVERY, NoticeKind.MONITORING, NoticeKind.SUMMARY)
    facts = IncidentFacts(
        started_at=_START,
        recovered_at=_START + _SHORT if over else None,
        recovering=kind is NoticeKind.MONITORING,
        cause=Cause.DATABASE_ANOMALY if told_cause and kind in _TELL_CAUSES else None,
    )
    if kind is NoticeKind.REGULATORY:
        title = {"zh-CN": "借款业务调整", "en": "changes to Cash Loans"}
        rule = _RULE if everything else RegulatoryFacts()
        return replace(facts, title=title if everything else {}, regulatory=rule)
    return replace(facts, account=_ACCOUNT) if kind is NoticeKind.SUMMARY else facts


_TELL_CAUSES = (NoticeKind.CAUSE_KNOWN, NoticeKind.UPDATE, NoticeKind.RECOVERY)


def _corrected(record: FactRecord, *, withdrawn: bool) -> CorrectedFact:
    names = record.affected[0].names
    return CorrectedFact(
        notice="ntc_abcdefghijklmnop",
        kind=NoticeKind.UPDATE,
        at=_START + timedelta(minutes=31),
        subjects={
            "zh-CN": f"关于{names['zh-CN']}服务异常的进展公告",
            "en": f"Update on the disruption of {names['en']}",
        },
        withdrawn=withdrawn,
    )


def _window(kind: NoticeKind, *, everything: bool) -> WindowFacts:
    start = datetime(2026, 1, 9, 16, 0, tzinfo=UTC)
    end = start + timedelta(hours=6)
    over = kind is NoticeKind.MAINTENANCE_OVERRUNNING
    window = WindowFacts(
        start=start,
        end=end,
        actual_start=None if kind in AHEAD else start,
        actual_end=end if kind is NoticeKind.MAINTENANCE_COMPLETED else None,
        overrun_since=end if over else None,
    )
    if not everything:
        return window
    moved = kind in (NoticeKind.MAINTENANCE_PLANNED, NoticeKind.MAINTENANCE_EXTENDED)
    blips = ExpectedPattern(kind=PatternKind.BLIPS, count=3, max_seconds=300)
    return replace(
        window,
        title={"zh-CN": "收银台系统升级", "en": "upgrade of Checkout"},
        expected=window.expected if over else blips,
        previous_start=start if moved else None,
        previous_end=end - timedelta(hours=1) if moved else None,
    )
