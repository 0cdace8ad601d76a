"""Errors of the operations API: one form for all of them, `{"error": {code, message}}`."""

from collections.abc import Iterable, Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

CODES = {
    400: "bad_request",
    401: "unauthorized",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    422: "invalid",
    500: "internal",
    503: "unavailable",
}


class OpsError(Exception):
    """An answer other than success; the sentence is shown to the operator."""

    status = 400


class UnauthorizedError(OpsError):
    """What was shown does not open this door; it is not said whether there is one."""

    status = 401


class NotFoundError(OpsError):
    """There is nothing of that name or id."""

    status = 404


class ConflictError(OpsError):
    """The present state does not allow it."""

    status = 409


class InvalidError(OpsError):
    """The request names what does not exist, or contradicts itself."""

    status = 422


class UnavailableError(OpsError):
    """The store cannot be read or written just now."""

    status = 503


def error_response(
    status: int, message: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return an error in the one form."""
    code = CODES.get(status, "error")
    body = {"error": {"code": code, "message": message}}
    return JSONResponse(body, status_code=status, headers=headers)


def install(app: FastAPI) -> None:
    """Give *app* the one form for all errors, its own and those of the framework."""

    @app.exception_handler(OpsError)
    async def of_ours(_request: Request, error: OpsError) -> JSONResponse:
        return error_response(error.status, str(error))

    @app.exception_handler(HTTPException)
    async def of_http(_request: Request, error: HTTPException) -> JSONResponse:
        return error_response(error.status_code, str(error.detail), error.headers)

    @app.exception_handler(RequestValidationError)
    async def of_validation(_request: Request, error: RequestValidationError) -> JSONResponse:
        return error_response(422, problems(error.errors()))

    @app.exception_handler(Exception)
    async def of_bugs(_request: Request, _error: Exception) -> JSONResponse:
        # The server logs the traceback; the caller learns nothing of the inside.
        return error_response(500, "the monitor failed to answer; its log says why")


def problems(errors: Iterable[Mapping[str, object]]) -> str:
    """Return what is wrong with a body, in one line."""
    return "; ".join(_problem(each) for each in errors)


def _problem(error: Mapping[str, object]) -> str:
    """Return where and what, without the value: that may be what should not be shown."""
    place = error.get("loc")
    parts = [str(each) for each in place] if isinstance(place, tuple | list) else []
    # The library puts its own words before a sentence of ours.
    sentence = str(error.get("msg")).removeprefix("Value error, ")
    return f"{'.'.join(parts)}: {sentence}"
