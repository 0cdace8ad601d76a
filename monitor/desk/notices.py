"""The part of the desk where people decide on notices."""

from collections.abc import Sequence
from dataclasses import replace

from monitor.clock import Clock
from monitor.desk.running import found, read
from monitor.model.events import Event, EventType, Json
from monitor.model.notice import Notice, NoticeState
from monitor.publish.deliveries.dispatcher import Dispatcher
from monitor.publish.notices.publisher import NoticePublisher
from monitor.storage.store import Store
from monitor.web.ops.errors import ConflictError
from monitor.web.public.face import PublicFace


class NoticeDesk:
    """Answers `OpsBackend` as far as notices go."""

    _store: Store
    _dispatcher: Dispatcher
    _publisher: NoticePublisher
    _face: PublicFace
    _clock: Clock

    async def notices(self, *, limit: int) -> Sequence[Notice]:
        return await read(self._store.notices(limit=limit))

    async def notice(self, id_: str) -> Notice:
        return found(await read(self._store.notice(id_)), "notice", id_)

    async def approve_notice(self, id_: str, by: str) -> Notice:
        """Publish a notice that waits for a person."""
        return await self._change_notice(
            id_, by, NoticeState.PENDING, NoticeState.PUBLISHED, EventType.NOTICE_PUBLISHED
        )

    async def retract_notice(self, id_: str, by: str) -> Notice:
        """Take a published notice off the page; it stays in the record."""
        return await self._change_notice(
            id_, by, NoticeState.PUBLISHED, NoticeState.RETRACTED, EventType.NOTICE_CORRECTED
        )

    async def _change_notice(
        self, id_: str, by: str, wanted: NoticeState, state: NoticeState, type_: EventType
    ) -> Notice:
        notice = await self.notice(id_)
        if notice.state is not wanted:
            raise ConflictError(f"the notice is {notice.state.value}, not {wanted.value}")
        changed = replace(notice, state=state, author=by)
        data: dict[str, Json] = {"id": id_, "kind": notice.kind.value, "state": state.value}
        event = Event.of(type_, id_, notice.revision, self._clock.now(), data)
        await self._store.update_notice(changed, [event])
        self._publisher.changed(changed)
        self._face.changed(notice.subject)
        self._dispatcher.wake()
        return changed
