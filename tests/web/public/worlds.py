"""Public sites in the states that matter, made through the real planner, templates and builder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx

from monitor.model.check import Check
from monitor.model.configuration import Configuration
from monitor.model.fault import MonitorFault
from monitor.model.history import DayHistory, StatusSpell, StatusTime
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.notice import Notice
from monitor.model.snapshot import Snapshot
from monitor.model.status import Status, StatusView
from monitor.publish.notices.publisher import NoticePublisher
from monitor.publish.notices.render import Renderer
from monitor.web.public.app import create_public_app
from monitor.web.public.build import Record, ViewBuilder
from monitor.web.public.chart import ResponseChart
from monitor.web.public.site import PublicSite
from monitor.web.public.subscribing import Subscriptions
from monitor.web.public.view import LastKnown, PublicView
from tests.publish.notices import worlds
from tests.publish.notices.worlds import (
    ALL_WELL,
    CONFIGURATION,
    CountedNotices,
    FakeFacts,
    FakeStore,
    after,
)

SINCE = worlds.START - timedelta(days=89)
ZONE = ZoneInfo("Asia/Shanghai")
RENDERER = Renderer()
CHECKS = {
    f"db-internal-{component}": Check(
        name=f"db-internal-{component}",
        type="sql",
        component=component,
        spec="SELECT secret",
        interval_seconds=10,
        timeout_seconds=2,
    )
    for component in ("ledger-primary", "gateway")
}


def visitor(site: PublicSite, subscriptions: Subscriptions | None = None) -> httpx.AsyncClient:
    """Return a browser that asks for nothing in particular."""
    app = create_public_app(site, subscriptions)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    plain = {"accept-encoding": "identity"}
    return httpx.AsyncClient(transport=transport, base_url="http://status", headers=plain)


@dataclass
class ScriptedClock:
    """A clock that stands where a test puts it."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


def day_history(day: date, seconds: Mapping[Status, float]) -> DayHistory:
    start = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    return DayHistory(
        day=day,
        start=start,
        end=start + timedelta(seconds=sum(seconds.values())),
        time=StatusTime({status: seconds.get(status, 0.0) for status in Status}),
    )


def history(
    now: datetime, days: int = 90, bad: Mapping[int, Status] | None = None
) -> list[DayHistory]:
    """Return *days* calm days up to *now*; *bad* gives a word to those so many days ago."""
    today = now.astimezone(ZONE).date()
    words = bad or {}
    calm = {Status.OPERATIONAL: 86_400.0}
    return [
        day_history(
            today - timedelta(days=back),
            {Status.OPERATIONAL: 85_500.0, words[back]: 900.0} if back in words else calm,
        )
        for back in range(days - 1, -1, -1)
    ]


@dataclass
class Scene:
    """What the monitor has seen, step by step, and the public view of it."""

    now: datetime = field(default_factory=lambda: after(0))
    statuses: dict[str, Status] = field(default_factory=lambda: dict(ALL_WELL))
    incidents: dict[str, Incident] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    store: FakeStore = field(default_factory=FakeStore)
    responses: Mapping[str, ResponseChart] = field(default_factory=dict)
    faults: tuple[MonitorFault, ...] = ()
    days: dict[str, Sequence[DayHistory]] = field(default_factory=dict)
    spells: dict[str, tuple[StatusSpell, ...]] = field(default_factory=dict)
    components: dict[str, Status] = field(
        default_factory=lambda: {"ledger-primary": Status.OPERATIONAL}
    )
    configuration: Configuration = CONFIGURATION
    last_known: Mapping[str, LastKnown] = field(default_factory=dict)
    seen_seconds_ago: float = 1.0

    async def step(self, seconds: float, *subjects: Incident | Window) -> None:
        """Commit *subjects* at *seconds* after START and publish what is due then."""
        self.now = after(seconds)
        for each in subjects:
            if isinstance(each, Incident):
                self.incidents[each.id] = each
            else:
                self.windows[each.id] = each
        publisher = NoticePublisher(
            store=self.store,
            renderer=RENDERER,
            facts=FakeFacts(
                services=self.statuses,
                informed=set(self.incidents),
                configured=self.configuration,
            ),
            metrics=CountedNotices(),
        )
        publisher.restore(list(self.incidents.values()), list(self.windows.values()))
        await publisher.tick(self.now)

    def set(self, status: Status, *services: str) -> None:
        self.statuses |= dict.fromkeys(services or ALL_WELL, status)

    def snapshot(self) -> Snapshot:
        seen = self.now - timedelta(seconds=self.seen_seconds_ago)
        views = {
            name: StatusView(
                name=name, observed=status, displayed=status, since=worlds.START, updated_at=seen
            )
            for name, status in self.statuses.items()
        }
        inner = {
            name: StatusView(
                name=name, observed=status, displayed=status, since=worlds.START, updated_at=seen
            )
            for name, status in self.components.items()
        }
        return Snapshot(
            at=self.now,
            version=1,
            services=views,
            components=inner,
            checks=CHECKS,
            check_states={},
            observations={},
            incidents=tuple(each for each in self.incidents.values() if not each.status.is_ended),
            windows=tuple(each for each in self.windows.values() if not each.status.is_ended),
            faults=self.faults,
        )

    def record(self) -> Record:
        notices: list[Notice] = self.store.kept
        return Record(
            incidents=list(self.incidents.values()),
            windows=list(self.windows.values()),
            notices=notices,
            days=self.days,
            spells=dict.fromkeys(ALL_WELL, self.calm_spells()) | self.spells,
            responses=self.responses,
            monitored_since=SINCE,
        )

    def calm_spells(self) -> tuple[StatusSpell, ...]:
        """Return that all was well for 90 days."""
        return (StatusSpell(SINCE, self.now, Status.OPERATIONAL),)

    def view(self) -> PublicView:
        return ViewBuilder(self.configuration).build(
            self.snapshot(), self.record(), self.last_known
        )

    def site(self) -> PublicSite:
        site = PublicSite(ScriptedClock(self.now))
        site.update(self.view())
        return site

    def visitor(self) -> httpx.AsyncClient:
        return visitor(self.site())
