"""A publisher and the people who decide beside it, as tests see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.model.batch import Batch
from monitor.model.cause import Cause
from monitor.model.events import EventType
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.notice import Notice, NoticeKind
from monitor.model.status import Status
from monitor.publish.notices.decisions import Decisions, Say
from monitor.publish.notices.publisher import NoticePublisher
from monitor.publish.notices.render import Renderer
from tests.publish.notices.worlds import (
    ALL_WELL,
    CountedNotices,
    FakeFacts,
    FakeStore,
    after,
    diagnosis,
    incident,
)

DOWN: Mapping[str, Status] = {**ALL_WELL, "cash-loans": Status.MAJOR_OUTAGE}
ATTACKED = incident(diagnosis=diagnosis(Cause.NETWORK_ATTACK, 0.95))
LI = Say(by="li", reason="checked with the firewall team")
WORDS = {"zh-CN": "借款申请会保留。", "en": "Loan applications are kept."}


@dataclass
class Office:
    """A publisher and the people beside it."""

    facts: FakeFacts = field(default_factory=lambda: FakeFacts(services=DOWN))
    store: FakeStore = field(default_factory=FakeStore)
    counted: CountedNotices = field(default_factory=CountedNotices)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Begin anew with what is stored."""
        renderer = Renderer()
        self.publisher = NoticePublisher(
            store=self.store, renderer=renderer, facts=self.facts, metrics=self.counted
        )
        self.people = Decisions(self.publisher, self.store, renderer, self.facts, self.counted)

    async def commit(self, subject: Incident | Window, seconds: float) -> None:
        incidents = (subject,) if isinstance(subject, Incident) else ()
        windows = (subject,) if isinstance(subject, Window) else ()
        self.publisher.saw(Batch(at=after(seconds), incidents=incidents, windows=windows))
        await self.publisher.tick(after(seconds))

    def newest(self, kind: NoticeKind) -> Notice:
        return [each for each in self.store.kept if each.kind is kind][-1]

    def types(self) -> list[EventType]:
        return [each.type for each in self.store.events]


async def drafted() -> Office:
    office = Office()
    await office.commit(ATTACKED, 60)
    return office
