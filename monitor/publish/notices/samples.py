"""Made-up fact records, full and minimal, with which templates are previewed and linted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.model.cause import Cause
from monitor.model.maintenance import ExpectedPattern, PatternKind
from monitor.model.notice import NoticeKind
from monitor.publish.notices.facts import (
    Effect,
    FactRecord,
    IncidentFacts,
    ServiceFact,
    WindowFacts,
)
from monitor.publish.notices.gather import OF_WINDOWS, PROMISING

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
        alternatives=(_SERVICES["credit-pay"],) if kind is not _PLANNED else (),
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
        },
        on_call_informed=True,
    )
    return _with_subject(told, everything=True)


_PLANNED = NoticeKind.MAINTENANCE_PLANNED
_ENDED = frozenset(
    {
        NoticeKind.RECOVERY,
        NoticeKind.MAINTENANCE_COMPLETED,
        NoticeKind.MAINTENANCE_CANCELLED,
    }
)


def _effects(kind: NoticeKind) -> tuple[Effect, Effect]:
    if kind in _ENDED:
        return Effect.RESTORED, Effect.UNSETTLED
    return Effect.UNAVAILABLE, Effect.UNAVAILABLE if kind in OF_WINDOWS else Effect.SLOW


def _record(kind: NoticeKind, effects: Mapping[str, Effect]) -> FactRecord:
    at = _START + timedelta(minutes=1)
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
    told_cause = everything or record.kind is NoticeKind.CAUSE_KNOWN
    tells = record.kind is not NoticeKind.DISRUPTION and told_cause
    recovered = _START + _SHORT if record.kind is NoticeKind.RECOVERY else None
    incident = IncidentFacts(
        started_at=_START,
        recovered_at=recovered,
        cause=Cause.DATABASE_ANOMALY if tells else None,
    )
    return replace(record, incident=incident)


def _window(kind: NoticeKind, *, everything: bool) -> WindowFacts:
    start = datetime(2026, 1, 9, 16, 0, tzinfo=UTC)
    end = start + timedelta(hours=6)
    over = kind is NoticeKind.MAINTENANCE_OVERRUNNING
    window = WindowFacts(
        start=start,
        end=end,
        actual_start=None if kind is _PLANNED else start,
        actual_end=end if kind is NoticeKind.MAINTENANCE_COMPLETED else None,
        overrun_since=end if over else None,
    )
    if not everything:
        return window
    moved = kind in (_PLANNED, NoticeKind.MAINTENANCE_EXTENDED)
    blips = ExpectedPattern(kind=PatternKind.BLIPS, count=3, max_seconds=300)
    return replace(
        window,
        title={"zh-CN": "收银台系统升级", "en": "upgrade of Checkout"},
        expected=window.expected if over else blips,
        previous_start=start if moved else None,
        previous_end=end - timedelta(hours=1) if moved else None,
    )
