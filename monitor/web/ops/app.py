"""Builds the operations listener: guard, routes, errors, and the schema that describes them."""

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse

from monitor.clock import Clock, SystemClock
from monitor.web.ops import errors, probing
from monitor.web.ops.api import (
    changes,
    heartbeats,
    incidents,
    maintenance,
    publishing,
    status,
    subscribers,
)
from monitor.web.ops.api.access import answer
from monitor.web.ops.backend import MetricsPage, OpsBackend
from monitor.web.ops.guard import HEARTBEATS, READS, Guard
from monitor.web.ops.limit import BodyLimit
from monitor.web.ops.page import notices, runbooks, signing, work
from monitor.web.ops.page import routes as page
from monitor.web.ops.page.pages import Pages
from monitor.web.ops.sessions import Sessions

# The largest honest request, a window with texts in several languages, is far smaller.
MAX_BODY_BYTES = 64 * 1024
SECURITY = {
    "token": {"type": "http", "scheme": "bearer"},
    "heartbeat": {"type": "http", "scheme": "bearer", "description": "The check's own token."},
}

ERROR_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        }
    },
}


def create_ops_app(
    backend: OpsBackend,
    metrics: MetricsPage,
    *,
    token: str,
    loopback: bool,
    clock: Clock | None = None,
) -> FastAPI:
    """Return the operations app.

    *loopback* says that the listener is bound to this machine only; elsewhere reads of the API
    and the page need the token too.
    """
    app = FastAPI(
        title="Availability monitor: operations",
        version=version("availability-monitor"),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.backend = backend
    app.state.metrics = metrics
    app.state.pages = Pages()
    app.state.sessions = Sessions(token, clock or SystemClock())
    errors.install(app)
    app.include_router(probing.router)
    app.include_router(_api())
    app.include_router(page.router)
    app.include_router(runbooks.router)
    app.include_router(signing.router)
    app.include_router(notices.router)
    app.include_router(work.router)
    app.add_middleware(BodyLimit, most=MAX_BODY_BYTES)
    app.add_middleware(Guard, sessions=app.state.sessions, loopback=loopback)
    return app


def _api() -> APIRouter:
    api = APIRouter(prefix="/api/v1", responses={"4XX": _described("What is wrong.")})
    for each in (status, incidents, maintenance, publishing, subscribers, changes, heartbeats):
        api.include_router(each.router)
    api.add_api_route("/openapi.json", _schema, include_in_schema=False)
    return api


async def _schema(request: Request) -> JSONResponse:
    return answer(describe(request.app))


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI description, with the token that writes need."""
    schema = app.openapi()
    schema.setdefault("components", {})["securitySchemes"] = SECURITY
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            # What the framework says of validation errors is not the form that is sent.
            operation["responses"].pop("422", None)
            if method.upper() not in READS:
                own = path.startswith(HEARTBEATS)
                operation["security"] = [{"heartbeat" if own else "token": []}]
    return schema


def _described(text: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": ERROR_SCHEMA}}}
