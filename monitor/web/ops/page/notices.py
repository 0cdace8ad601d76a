"""The pages of notices: drafts with their preview, and what people decide on them."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from monitor.model.notice import NoticeState
from monitor.web.ops.api.access import Backend
from monitor.web.ops.backend import OpsBackend
from monitor.web.ops.errors import NotFoundError, OpsError
from monitor.web.ops.notice_bodies import (
    ApproveBody,
    CorrectBody,
    RejectBody,
    RetractBody,
    SayBody,
)
from monitor.web.ops.page.access import PagesOf, Posted, SignedIn, shown
from monitor.web.ops.page.notice_view import notice_view, notices_view
from monitor.web.ops.page.overview import wording_of
from monitor.web.ops.page.work import answered

Step = Callable[[OpsBackend, str, Posted], Awaitable[object]]
MOST = 50

router = APIRouter(include_in_schema=False)


@router.get("/notices")
async def listing(backend: Backend, pages: PagesOf) -> Response:
    """Show what waits for a person, and the notices before."""
    snapshot, configuration = await backend.snapshot(), await backend.configuration()
    try:
        waiting = await backend.notices(limit=MOST, state=NoticeState.PENDING)
        recent = await backend.notices(limit=MOST)
    except OpsError as error:
        return shown(pages.message(str(error)), error.status)
    wording = wording_of(configuration, snapshot)
    return shown(pages.notices(notices_view(waiting, recent, configuration, wording)))


@router.get("/notices/{notice_id}")
async def one(notice_id: str, backend: Backend, pages: PagesOf, session: SignedIn) -> Response:
    """Show one notice as users read it, with its steps and the forms to decide on it."""
    snapshot, configuration = await backend.snapshot(), await backend.configuration()
    try:
        found = await backend.notice(notice_id)
    except OpsError as error:
        return shown(pages.message(str(error)), error.status)
    view = notice_view(found, configuration, wording_of(configuration, snapshot))
    return shown(pages.notice(view, session))


@router.post("/do/notices/{notice_id}/{step}")
async def decide(
    notice_id: str, step: str, request: Request, backend: Backend, pages: PagesOf
) -> Response:
    """Take one step on a notice and show it."""

    async def done(posted: Posted) -> str:
        take = STEPS.get(step)
        if take is None:
            raise NotFoundError(f"no step {step!r}")
        await take(backend, notice_id, posted)
        return f"/notices/{notice_id}"

    return await answered(request, pages, f"/notices/{notice_id}", done)


@router.post("/do/incidents/{incident_id}/say")
async def say(incident_id: str, request: Request, backend: Backend, pages: PagesOf) -> Response:
    """Publish an update in a person's words and show it."""

    async def done(posted: Posted) -> str:
        body = SayBody(subject=incident_id, by=posted.person, texts=posted.texts("text"))
        told = await backend.say_notice(body.subject, body.by, body.texts)
        return f"/notices/{told.id}"

    return await answered(request, pages, f"/incidents/{incident_id}/act", done)


async def _approve(backend: OpsBackend, id_: str, posted: Posted) -> None:
    body = ApproveBody(by=posted.person, reason=posted.text("reason"))
    await backend.approve_notice(id_, body.by, body.reason)


async def _reject(backend: OpsBackend, id_: str, posted: Posted) -> None:
    body = RejectBody(by=posted.person, reason=posted.text("reason"))
    await backend.reject_notice(id_, body.by, body.reason)


async def _retract(backend: OpsBackend, id_: str, posted: Posted) -> None:
    body = RetractBody(by=posted.person, reason=posted.text("reason"), texts=posted.texts("text"))
    await backend.retract_notice(id_, body.by, body.reason, body.texts)


async def _correct(backend: OpsBackend, id_: str, posted: Posted) -> None:
    body = CorrectBody(by=posted.person, reason=posted.text("reason"), texts=posted.texts("text"))
    await backend.correct_notice(id_, body.by, body.reason, body.texts)


STEPS: dict[str, Step] = {
    "approve": _approve,
    "reject": _reject,
    "retract": _retract,
    "correct": _correct,
}
