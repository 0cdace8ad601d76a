"""What machines read: health, readiness and metrics; never guarded, never in the API's schema."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from monitor.publish.metrics.exposition import gzipped
from monitor.publish.metrics.negotiation import accepts_gzip, content_type
from monitor.web.ops.api.access import Backend, answer

router = APIRouter(include_in_schema=False)
READ = ["GET", "HEAD"]


@router.api_route("/healthz", methods=READ)
async def healthz(backend: Backend) -> JSONResponse:
    """Answer at all: the loop lives."""
    return answer({"status": "ok", **await backend.health()})


@router.api_route("/readyz", methods=READ)
async def readyz(backend: Backend) -> JSONResponse:
    """Say whether the store is writable and every enabled check has been observed."""
    is_ready, reasons = await backend.readiness()
    status = 200 if is_ready else 503
    return answer({"ready": is_ready, "reasons": list(reasons)}, status=status)


@router.api_route("/metrics", methods=READ)
async def metrics(request: Request, backend: Backend) -> Response:
    """Stream the exposition, compressed where the scraper takes it."""
    accept = request.headers.get("accept", "")
    headers = {"content-type": content_type(accept), "vary": "accept, accept-encoding"}
    if request.method == "HEAD":
        return Response(headers=headers)
    pieces = request.app.state.metrics.render(await backend.snapshot(), accept)
    if accepts_gzip(request.headers.get("accept-encoding", "")):
        headers["content-encoding"] = "gzip"
        pieces = gzipped(pieces)
    return StreamingResponse(pieces, headers=headers)
