"""What leaves: notices to users and deliveries to operators."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from monitor.model.codec import to_json
from monitor.model.delivery import DeliveryStatus
from monitor.web.ops.api.access import Backend, Limit, answer
from monitor.web.ops.bodies import SignedBody

router = APIRouter(tags=["publishing"])


@router.get("/notices")
async def notices(backend: Backend, limit: Limit = 100) -> JSONResponse:
    """List notices in every state, newest first."""
    return answer(to_json(tuple(await backend.notices(limit=limit))))


@router.get("/notices/{notice_id}")
async def notice(notice_id: str, backend: Backend) -> JSONResponse:
    """Show one notice in all its languages, with the facts it was rendered from."""
    return answer(to_json(await backend.notice(notice_id)))


@router.post("/notices/{notice_id}/approve")
async def approve(notice_id: str, backend: Backend, body: SignedBody | None = None) -> JSONResponse:
    """Publish a notice that waits for a person."""
    by = "" if body is None else body.by
    return answer(to_json(await backend.approve_notice(notice_id, by)))


@router.post("/notices/{notice_id}/retract")
async def retract(notice_id: str, backend: Backend, body: SignedBody | None = None) -> JSONResponse:
    """Take a notice back."""
    by = "" if body is None else body.by
    return answer(to_json(await backend.retract_notice(notice_id, by)))


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
