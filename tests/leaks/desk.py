"""The desk at which readers subscribe, over a store of planted wishes."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from monitor.model.configuration import Configuration
from monitor.model.mail import Confirmation, Subscriber
from monitor.publish.mail.compose import Letterhead
from monitor.publish.mail.subscribing import SubscriptionDesk
from monitor.publish.mail.tokens import Purpose, Tokens
from tests.leaks.planting import SECRET, Planter
from tests.publish.mail.worlds import CountingMetrics
from tests.publish.notices.worlds import after
from tests.web.public.worlds import ScriptedClock

TOKENS = Tokens(SECRET.encode())
CONFIRM = f"/subscribe/confirm/{TOKENS.make(Purpose.CONFIRM, 'cnf_a')}"
LEAVE = f"/unsubscribe/{TOKENS.make(Purpose.UNSUBSCRIBE, 'sub_a')}"
USED = f"/subscribe/confirm/{TOKENS.make(Purpose.CONFIRM, 'cnf_used')}"


class Form(NamedTuple):
    """What a reader sends, and the status of the page that comes."""

    method: str
    path: str
    status: int
    fields: Mapping[str, str] = {}


FORMS = (
    Form("GET", "/subscribe", 200),
    Form("POST", "/subscribe", 303, {"address": "li@example.com", "service": "checkout"}),
    Form("GET", "/subscribe?sent=1", 200),
    Form("POST", "/subscribe", 422, {"address": "nonsense", "service": "checkout"}),
    Form("POST", "/subscribe", 400, dict.fromkeys(map(str, range(300)), "x")),
    Form("POST", "/subscribe", 413, {"address": "x" * 10_000}),
    Form("GET", CONFIRM, 200),
    Form("POST", CONFIRM, 200),
    Form("GET", USED, 410),
    Form("POST", USED, 410),
    Form("GET", f"{CONFIRM}x", 410),
    Form("GET", LEAVE, 200),
    Form("POST", LEAVE, 200),
    Form("GET", f"{LEAVE}x", 404),
    Form("POST", f"{LEAVE}x", 404),
)
# What needs the store, which may be away.
STORED = (
    Form("POST", "/subscribe", 503, {"address": "li@example.com"}),
    Form("GET", CONFIRM, 503),
    Form("POST", CONFIRM, 503),
    Form("POST", LEAVE, 503),
)


class PlantedWishes:
    """Satisfies `WishStore`; knows one wish and one reader, and *away*, fails with a secret."""

    def __init__(self, plant: Planter) -> None:
        services = ("checkout", f"{SECRET} service")
        self.wish = plant.make(
            Confirmation, id="cnf_a", services=services, expires_at=after(90_000)
        )
        self.reader = plant.make(Subscriber, id="sub_a", services=services)
        self.away = False

    def desk(self, configuration: Configuration, now: datetime) -> SubscriptionDesk:
        """Return the desk of *configuration* over these wishes."""
        head = Letterhead.of(configuration)
        assert head is not None
        return SubscriptionDesk(head, self, TOKENS, ScriptedClock(now), CountingMetrics())

    async def add_confirmation(self, wish: Confirmation) -> bool:
        self._reach()
        return True

    async def update_confirmation(self, wish: Confirmation) -> None:
        self._reach()

    async def delete_confirmation(self, id_: str) -> None:
        self._reach()

    async def confirmation(self, id_: str) -> Confirmation | None:
        self._reach()
        return self.wish if id_ == self.wish.id else None

    async def due_confirmations(self, now: datetime, limit: int) -> list[Confirmation]:
        self._reach()
        return [self.wish]

    async def confirm(self, id_: str, now: datetime) -> Subscriber | None:
        self._reach()
        return self.reader if id_ == self.wish.id else None

    async def delete_subscriber(self, id_: str) -> bool:
        self._reach()
        return id_ == self.reader.id

    def _reach(self) -> None:
        if self.away:
            raise OSError(SECRET)
