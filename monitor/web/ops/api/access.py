"""What every route needs: the backend, links, bounded limits and an answer in JSON."""

from typing import Annotated, cast

from fastapi import Depends, Query, Request
from fastapi.responses import JSONResponse

from monitor.model.events import Json
from monitor.publish.alerts.links import Links
from monitor.web.ops.backend import OpsBackend


def backend_of(request: Request) -> OpsBackend:
    return cast("OpsBackend", request.app.state.backend)


async def links_of(request: Request) -> Links:
    return Links.of((await backend_of(request).configuration()).platform)


Backend = Annotated[OpsBackend, Depends(backend_of)]
LinksTo = Annotated[Links, Depends(links_of)]
Limit = Annotated[int, Query(ge=1, le=10_000)]


def answer(content: Json, status: int = 200) -> JSONResponse:
    """Return *content*; what operators read is never kept by a cache."""
    return JSONResponse(content, status_code=status, headers={"cache-control": "no-store"})
