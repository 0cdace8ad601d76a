"""The part of the fake backend that holds notices and notes what is decided on them."""

from collections.abc import Sequence
from dataclasses import replace

from monitor.model.notice import Notice, NoticeState
from monitor.model.platform import LocalizedText
from monitor.web.ops.errors import ConflictError, NotFoundError, UnavailableError
from tests.web.ops import notice_samples


class FakeNotices:
    """Satisfies `OpsBackend` as far as notices go."""

    is_store_down: bool
    commands: list[tuple[object, ...]]
    all_notices: list[Notice]

    async def notices(self, *, limit: int, state: NoticeState | None = None) -> Sequence[Notice]:
        if self.is_store_down:
            raise UnavailableError("the store cannot be read")
        return [each for each in self.all_notices if state in (None, each.state)][:limit]

    async def notice(self, id_: str) -> Notice:
        found = next((each for each in self.all_notices if each.id == id_), None)
        if found is None:
            raise NotFoundError(f"no notice {id_!r}")
        return found

    async def approve_notice(self, id_: str, by: str, reason: str = "") -> Notice:
        self.commands.append(("approve", id_, by, reason))
        return await self.notice(id_)

    async def reject_notice(self, id_: str, by: str, reason: str) -> Notice:
        self.commands.append(("reject", id_, by, reason))
        return replace(await self.notice(id_), state=NoticeState.REJECTED)

    async def retract_notice(
        self, id_: str, by: str, reason: str = "", texts: LocalizedText | None = None
    ) -> Notice:
        self.commands.append(("retract", id_, by, reason, texts))
        return replace(await self.notice(id_), state=NoticeState.RETRACTED)

    async def correct_notice(self, id_: str, by: str, reason: str, texts: LocalizedText) -> Notice:
        self.commands.append(("correct", id_, by, reason, texts))
        if "10." in str(texts):
            raise ConflictError("the text for en contains an address")
        return await self.notice(id_)

    async def say_notice(self, subject: str, by: str, texts: LocalizedText) -> Notice:
        self.commands.append(("say", subject, by, texts))
        return await self.notice(notice_samples.NOTICE.id)
