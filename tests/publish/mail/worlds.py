"""A platform that mails its users, its store, and a notice to tell them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.clock import SystemClock
from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.model.events import Event
from monitor.model.mail import Confirmation, MailPolicy, MailSecurity, Subscriber
from monitor.model.notice import Notice, NoticeKind, NoticeState, NoticeText
from monitor.publish.mail.compose import Letterhead
from monitor.publish.mail.fanout import MailChannel
from monitor.publish.mail.ports import MailKind, MailResult
from monitor.publish.mail.tokens import Tokens
from monitor.publish.notices.announce import published_event
from monitor.storage.store import Store
from tests.publish.mail.server import MailServer

START = datetime(2026, 1, 10, 4, 6, 48, tzinfo=UTC)
TOKENS = Tokens(b"a key of the test, 32 bytes long")
NOTICE = Notice(
    id="ntc_abc",
    subject="inc_xyz",
    kind=NoticeKind.DISRUPTION,
    revision=1,
    state=NoticeState.PUBLISHED,
    services=("checkout",),
    at=START,
    texts={
        "zh-CN": NoticeText(
            subject="关于收银台服务异常的公告",
            text="收银台暂时无法使用。\n\n如支付结果不明，请勿重复操作。",
            html="<p>收银台暂时无法使用。</p>\n<p>如支付结果不明，请勿重复操作。</p>",
        ),
        "en": NoticeText(
            subject="Disruption of Checkout",
            text="Checkout is unavailable.\n\nDo not pay twice.",
            html="<p>Checkout is unavailable.</p>\n<p>Do not pay twice.</p>",
        ),
    },
)
EVENT = published_event(NOTICE)


class CountingMetrics:
    """Satisfies `MailMetrics`."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()

    def count_mail(self, kind: MailKind, result: MailResult) -> None:
        self.counts[kind.value, result.value] += 1


def policy(server: MailServer, **changes: Any) -> MailPolicy:
    fields: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": server.port,
        "sender": "花呗状态 <status@pay.example>",
        "security": MailSecurity.NONE,
        "rate_per_second": 2_000.0,
        "timeout_seconds": 20.0,
    }
    return MailPolicy(**(fields | changes))


def head(server: MailServer, **changes: Any) -> Letterhead:
    return Letterhead(
        policy=policy(server, **changes),
        platform={"zh-CN": "花呗", "en": "Huabei"},
        public_url="https://status.pay.example",
        default_locale="zh-CN",
        services={
            "checkout": {"zh-CN": "收银台", "en": "Checkout"},
            "repayment": {"zh-CN": "还款", "en": "Repayment"},
        },
    )


def channel(
    server: MailServer, store: Store, metrics: CountingMetrics | None = None, **changes: Any
) -> MailChannel:
    made = metrics or CountingMetrics()
    return MailChannel(head(server, **changes), store, TOKENS, SystemClock(), made)


def delivery(event: Event = EVENT) -> Delivery:
    return Delivery(
        id="dlv_1",
        event=event.id,
        event_type=event.type,
        subject=event.subject,
        receiver="mail:subscribers",
        sequence=1,
        status=DeliveryStatus.PENDING,
        attempts=0,
        created_at=START,
        due_at=START,
    )


async def subscribed(
    store: Store, *addresses: str, services: tuple[str, ...] = (), locale: str = "zh-CN"
) -> list[Subscriber]:
    """Make subscribers of *addresses*, whose ids are in the same order."""
    made = []
    first = len(await store.subscribers(limit=1_000))
    for number, address in enumerate(addresses, first):
        wish = Confirmation(
            id=f"cnf_{number:08}",
            address=address,
            locale=locale,
            services=services,
            created_at=START,
            expires_at=START + timedelta(days=1),
        )
        await store.add_confirmation(wish)
        subscriber = await store.confirm(wish.id, START)
        assert subscriber is not None
        made.append(subscriber)
    return made


def addresses(count: int) -> list[str]:
    return [f"user{number:04}@example.com" for number in range(count)]
