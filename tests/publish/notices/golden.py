"""The notices kept for reading, and the program that writes them anew.

Run `python -m tests.publish.notices.golden` after a change of wording, then read what changed.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from monitor.model.cause import Cause
from monitor.model.maintenance import WindowSource
from monitor.model.notice import Audience, NoticeKind, NoticeText
from monitor.publish.notices import samples
from monitor.publish.notices.facts import FactRecord, ServiceFact
from monitor.publish.notices.render import Renderer

FOLDER = Path(__file__).parent / "golden"
LOCALES = ("zh-CN", "en")
RENDERER = Renderer()


def _with_incident(kind: NoticeKind, **changes: object) -> FactRecord:
    record = samples.full(kind)
    assert record.incident is not None
    facts = replace(record.incident, **changes)  # type: ignore[arg-type]  # real field names
    return replace(record, incident=facts)


def _partner(cause: Cause) -> FactRecord:
    partner = {"zh-CN": "甲银行", "en": "Bank A"}
    return _with_incident(NoticeKind.CAUSE_KNOWN, cause=cause, partner=partner)


def _plural(record: FactRecord) -> FactRecord:
    effects = [each.effect for each in samples.full(NoticeKind.DISRUPTION).affected]
    names = ({"zh-CN": "收银台", "en": "Checkout"}, {"zh-CN": "提现", "en": "Withdrawals"})
    more = ServiceFact(service="withdrawal", names=names[1], effect=effects[0])
    return replace(record, affected=(record.affected[0], more))


def _by_partner(kind: NoticeKind) -> FactRecord:
    """A third party's own maintenance, as it told us."""
    record = samples.minimal(kind)
    assert record.window is not None
    partner = {"zh-CN": "甲银行", "en": "Bank A"}
    facts = replace(record.window, source=WindowSource.THIRD_PARTY, partner=partner)
    return replace(record, window=facts)


def _early() -> FactRecord:
    record = samples.full(NoticeKind.MAINTENANCE_COMPLETED)
    assert record.window is not None
    assert record.window.actual_end is not None
    early = record.window.actual_end - timedelta(minutes=40)
    return replace(record, window=replace(record.window, actual_end=early))


def _of_window(kind: NoticeKind) -> FactRecord:
    """A holding line or a correction about maintenance instead of an incident."""
    late = samples.full(NoticeKind.MAINTENANCE_OVERRUNNING)
    return replace(samples.full(kind), incident=None, window=late.window)


CASES: dict[str, FactRecord] = {
    **{f"{kind.value}.minimal": samples.minimal(kind) for kind in NoticeKind},
    **{f"{kind.value}.full": samples.full(kind) for kind in NoticeKind},
    **{
        f"cause_known.{cause.value}": _with_incident(NoticeKind.CAUSE_KNOWN, cause=cause)
        for cause in (
            Cause.SERVER_OVERLOAD,
            Cause.NETWORK_FAULT,
            Cause.APPLICATION_FAULT,
            Cause.NETWORK_ATTACK,
        )
    },
    "cause_known.third_party": _partner(Cause.THIRD_PARTY_INTERFACE),
    "cause_known.correction": _with_incident(NoticeKind.CAUSE_KNOWN, corrects=True),
    **{
        f"{kind.value}.third_party": _by_partner(kind)
        for kind in (
            NoticeKind.MAINTENANCE_PLANNED,
            NoticeKind.MAINTENANCE_REMINDER,
            NoticeKind.MAINTENANCE_STARTED,
            NoticeKind.MAINTENANCE_COMPLETED,
        )
    },
    "maintenance_completed.early": _early(),
    "holding.window": _of_window(NoticeKind.HOLDING),
    "correction.window": _of_window(NoticeKind.CORRECTION),
    "update.recovering": _with_incident(NoticeKind.UPDATE, recovering=True),
    "disruption.several": _plural(samples.full(NoticeKind.DISRUPTION)),
    "disruption.working": replace(samples.full(NoticeKind.DISRUPTION), acknowledged=True),
}


# What merchants and the support desk read of these.
ASIDES = tuple(
    (f"{kind.value}.{facts}", audience)
    for kind in NoticeKind
    for facts in ("minimal", "full")
    for audience in Audience
)


def write(name: str, locale: str) -> str:
    return _page(RENDERER.render(CASES[name], locale))


def write_aside(name: str, audience: Audience, locale: str) -> str:
    record = CASES[name]
    told = RENDERER.render(record, locale)
    return _page(RENDERER.aside(record, audience, locale, told))


def _page(text: NoticeText) -> str:
    return f"{text.subject}\n\n{text.text}\n\n----\n{text.html}\n"


def path_of(name: str, locale: str, audience: Audience | None = None) -> Path:
    return (
        FOLDER / locale / f"{name}.txt"
        if audience is None
        else (FOLDER / locale / audience.value / f"{name}.txt")
    )


if __name__ == "__main__":
    for locale in LOCALES:
        for name in CASES:
            target = path_of(name, locale)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(write(name, locale), encoding="utf-8")
        for name, audience in ASIDES:
            target = path_of(name, locale, audience)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(write_aside(name, audience, locale), encoding="utf-8")
