"""A notice that users read, and a draft that waits for a person."""

from datetime import timedelta

from monitor.model.notice import Notice, NoticeKind, NoticeState, NoticeStep, NoticeText
from tests.web.ops.samples import INCIDENT, NOW, START

NOTICE = Notice(
    id="ntc_a",
    subject=INCIDENT.id,
    kind=NoticeKind.DISRUPTION,
    revision=1,
    state=NoticeState.PUBLISHED,
    services=("credit-pay",),
    at=START + timedelta(seconds=20),
    texts={"en": NoticeText(subject="Credit Pay is unavailable", text="…", html="<p>…</p>")},
)
DRAFT = Notice(
    id="ntc_b",
    subject=INCIDENT.id,
    kind=NoticeKind.CAUSE_KNOWN,
    revision=1,
    state=NoticeState.PENDING,
    services=("credit-pay",),
    at=START + timedelta(seconds=40),
    texts={
        "zh-CN": NoticeText(
            subject="关于原因的公告", text="第一段。\n\n第二段。", html="<p>第一段。</p>"
        ),
        "en": NoticeText(subject="The cause", text="First.\n\nSecond <b>.", html="<p>First.</p>"),
    },
    audiences={
        "support": {"en": NoticeText(subject="For support", text="Say this.", html="<p></p>")}
    },
    history=(
        NoticeStep(
            state=NoticeState.PENDING,
            at=START + timedelta(seconds=40),
            rule="gates[0]",
            reason="cause_confirmed",
        ),
    ),
    expires_at=NOW + timedelta(minutes=20),
)
