"""A notice to store, with every field set that a store could lose."""

from monitor.model.notice import Notice, NoticeKind, NoticeState, NoticeText
from tests.storage.samples import at


def make_notice(
    id_: str = "ntc_1",
    *,
    subject: str = "inc_1",
    revision: int = 1,
    state: NoticeState = NoticeState.PUBLISHED,
    seconds: float = 0,
) -> Notice:
    return Notice(
        id=id_,
        subject=subject,
        kind=NoticeKind.DISRUPTION,
        revision=revision,
        state=state,
        services=("checkout",),
        at=at(seconds),
        texts={"zh-CN": NoticeText(subject="收银台", text="服务中断", html="<p>服务中断</p>")},
        facts={"since": "2025-03-09T16:30:00Z", "services": ["checkout"]},
        author="li",
        next_update_by=at(seconds + 1800),
    )
