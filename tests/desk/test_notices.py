"""What people decide on notices shows on the page at once, however old the notice is."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.clock import SystemClock
from monitor.desk.notices import NoticeDesk
from monitor.model.batch import Batch
from monitor.model.configuration import Configuration
from monitor.model.notice import Notice
from monitor.model.snapshot import Snapshot
from monitor.publish.deliveries.dispatcher import Dispatcher
from monitor.publish.notices.decisions import Decisions
from monitor.publish.notices.publisher import NoticePublisher
from monitor.publish.notices.render import Renderer
from monitor.storage.store import Store, open_store
from monitor.web.public.archive import PAGE
from monitor.web.public.face import PublicFace
from tests.publish.deliveries.fakes import CountingMetrics
from tests.publish.notices.worlds import (
    CONFIGURATION,
    CountedNotices,
    FakeFacts,
    after,
    incident,
)
from tests.support.polling import eventually_async


class Present:
    """A monitor that sees nothing."""

    def configuration(self) -> Configuration:
        return CONFIGURATION

    def snapshot(self) -> Snapshot:
        return Snapshot(
            at=SystemClock().now(),
            version=1,
            services={},
            components={},
            checks={},
            check_states={},
            observations={},
            incidents=(),
            windows=(),
            faults=(),
        )


class Desk(NoticeDesk):
    """The part of the desk that is about notices."""

    def __init__(self, store: Store) -> None:
        facts, counted, renderer = FakeFacts(), CountedNotices(), Renderer()
        self._clock = SystemClock()
        self._store = store
        self.publisher = NoticePublisher(
            store=store, renderer=renderer, facts=facts, metrics=counted
        )
        self._decisions = Decisions(self.publisher, store, renderer, facts, counted)
        self._dispatcher = Dispatcher(store, (), self._clock, CountingMetrics())
        self.face = self._face = PublicFace(store, Present(), self._clock)

    def shown(self) -> list[str]:
        """Return the ids of the notices on the page."""
        view = self.face.site.view()
        incidents = view.incidents if view else ()
        return [update.id for each in incidents for update in each.updates]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = open_store("", tmp_path, SystemClock())
    opened.writer.start()
    yield opened
    await opened.close()


async def told(desk: Desk, store: Store) -> Notice:
    """Return the first word on an incident, with many later ones on others."""
    known = incident()
    store.writer.submit(Batch(at=after(60), incidents=(known,)))
    desk.publisher.saw(Batch(at=after(60), incidents=(known,)))
    (first,) = await desk.publisher.tick(after(60))
    for number in range(PAGE + 1):
        other = f"other_{number}"
        later = replace(first, id=f"ntc_{other}", subject=f"inc_{other}", at=after(100 + number))
        await store.save_notice(later, [])
    return first


async def test_an_old_notice_that_is_taken_back_is_off_the_page_at_once(store: Store) -> None:
    desk = Desk(store)
    first = await told(desk, store)
    showing = asyncio.create_task(desk.face.run())
    await eventually_async(lambda: desk.shown() == [first.id])

    gone = await desk.retract_notice(first.id, by="li")
    await eventually_async(lambda: gone.corrected_by in desk.shown())

    assert desk.shown() == [gone.corrected_by]
    showing.cancel()
    await asyncio.gather(showing, return_exceptions=True)
