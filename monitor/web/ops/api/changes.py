"""Changes: deploys and configuration changes that operators report as facts."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from monitor.model.codec import to_json
from monitor.web.ops.api.access import Backend, Limit, answer
from monitor.web.ops.bodies import ChangeBody

router = APIRouter(prefix="/changes", tags=["changes"])


@router.get("")
async def changes(backend: Backend, limit: Limit = 100) -> JSONResponse:
    """List changes, newest first."""
    return answer(to_json(tuple(await backend.changes(limit=limit))))


@router.post("", status_code=201)
async def add(body: ChangeBody, backend: Backend) -> JSONResponse:
    """Report a change; diagnosis takes it into account."""
    return answer(to_json(await backend.add_change(body.wish())), status=201)
