"""What leaves: notices to users and deliveries to operators."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from monitor.model.codec import to_json
from monitor.model.delivery import DeliveryStatus
from monitor.model.notice import NoticeState
from monitor.web.ops.api.access import Backend, Limit, answer
from monitor.web.ops.notice_bodies import (
    ApproveBody,
    CorrectBody,
    RejectBody,
    RetractBody,
    SayBody,
)

router = APIRouter(tags=["publishing"])


@router.get("/notices")
async def notices(
    backend: Backend, state: NoticeState | None = None, limit: Limit = 100
) -> JSONResponse:
    """List notices in every state, or in one, newest first; `state=pending` waits for a person."""
    return answer(to_json(tuple(await backend.notices(limit=limit, state=state))))


@router.post("/notices")
async def say(backend: Backend, body: SayBody) -> JSONResponse:
    """Publish an update on an open incident in a person's own words."""
    return answer(to_json(await backend.say_notice(body.subject, body.by, body.texts)))


@router.get("/notices/{notice_id}")
async def notice(notice_id: str, backend: Backend) -> JSONResponse:
    """Show one notice in all its languages, with the facts it was rendered from."""
    return answer(to_json(await backend.notice(notice_id)))


@router.post("/notices/{notice_id}/approve")
async def approve(
    notice_id: str, backend: Backend, body: ApproveBody | None = None
) -> JSONResponse:
    """Publish a notice that waits for a person, or that waited too long."""
    given = body or ApproveBody()
    return answer(to_json(await backend.approve_notice(notice_id, given.by, given.reason)))


@router.post("/notices/{notice_id}/reject")
async def reject(notice_id: str, backend: Backend, body: RejectBody) -> JSONResponse:
    """Keep a notice that waits for a person from users."""
    return answer(to_json(await backend.reject_notice(notice_id, body.by, body.reason)))


@router.post("/notices/{notice_id}/correct")
async def correct(notice_id: str, backend: Backend, body: CorrectBody) -> JSONResponse:
    """Set a published notice right; the answer is the correction."""
    done = await backend.correct_notice(notice_id, body.by, body.reason, body.texts)
    return answer(to_json(done))


@router.post("/notices/{notice_id}/retract")
async def retract(
    notice_id: str, backend: Backend, body: RetractBody | None = None
) -> JSONResponse:
    """Take a notice off the page; users are told that it no longer holds."""
    given = body or RetractBody()
    done = await backend.retract_notice(notice_id, given.by, given.reason, given.texts)
    return answer(to_json(done))


@router.get("/public-files")
async def public_files(backend: Backend) -> JSONResponse:
    """Return the whole public face as files that link to each other; for `monitor publish`."""
    return answer({"files": dict(await backend.public_files())})


@router.get("/deliveries")
async def deliveries(
    backend: Backend, status: DeliveryStatus | None = None, limit: Limit = 200
) -> JSONResponse:
    """List deliveries, newest first; `status=dead` lists the dead letters."""
    return answer(to_json(tuple(await backend.deliveries(status=status, limit=limit))))


@router.post("/deliveries/{delivery_id}/replay")
async def replay(delivery_id: str, backend: Backend) -> JSONResponse:
    """Send a dead letter again, together with the others of its subject and receiver."""
    return answer(to_json(await backend.replay(delivery_id)))
