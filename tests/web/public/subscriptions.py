"""Who keeps wishes and subscribers, as the pages see it."""

from dataclasses import dataclass, field
from datetime import timedelta

from monitor.model.mail import Confirmation, Subscriber
from tests.publish.notices.worlds import START

WISH = Confirmation(
    id="cnf_1",
    address="li@example.com",
    locale="zh-CN",
    services=("checkout",),
    created_at=START,
    expires_at=START + timedelta(days=1),
)


@dataclass
class FakeSubscriptions:
    """Satisfies `Subscriptions`; knows one wish and one way out."""

    requests_per_minute: int = 60
    asked: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)
    wishes: dict[str, Confirmation] = field(default_factory=lambda: {"good": WISH})
    confirmed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    away: bool = False

    async def ask(self, address: str, services: tuple[str, ...], locale: str) -> None:
        self._reach()
        self.asked.append((address, services, locale))

    async def wish(self, token: str) -> Confirmation | None:
        self._reach()
        return self.wishes.get(token)

    async def confirm(self, token: str) -> Subscriber | None:
        self._reach()
        wish = self.wishes.pop(token, None)
        if wish is None:
            return None
        self.confirmed.append(token)
        return Subscriber(
            id="sub_1",
            address=wish.address,
            locale=wish.locale,
            services=wish.services,
            confirmed_at=START,
        )

    def may_unsubscribe(self, token: str) -> bool:
        return token == "out"

    async def unsubscribe(self, token: str) -> bool:
        self._reach()
        self.left += [token] if self.may_unsubscribe(token) else []
        return self.may_unsubscribe(token)

    def _reach(self) -> None:
        if self.away:
            raise OSError("the store is away")
