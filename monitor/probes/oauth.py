"""Access tokens of an OAuth 2 server: kept until shortly before they end, failures told apart."""

import asyncio
import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote, urlencode

from monitor.model.observation import FailureKind, Observation, Phase, Stage
from monitor.model.provider import TokenFault
from monitor.model.signals import Signal, SignalKind
from monitor.probes.context import ProbeContext
from monitor.probes.curl import Answer
from monitor.probes.exchange import ask
from monitor.probes.fields import as_number
from monitor.probes.http_credentials import OAuth2
from monitor.probes.http_memory import Token
from monitor.probes.http_request import Request
from monitor.probes.http_spec import HttpSpec

# The codes of RFC 6749 that speak of the client, its secret or its grant: ours.
REFUSALS = frozenset(
    {
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)
# How long a token is used whose server does not say when it ends.
_UNSAID_SECONDS = 300.0
_CODE_LENGTH = 64


async def token_for(oauth2: OAuth2, spec: HttpSpec, context: ProbeContext) -> Token | Observation:
    """Ask for a new token; its time is the login of the probe."""
    recording = context.recording
    phases, began = dict(recording.phases), recording.elapsed_seconds
    try:
        answer = await ask(_request(oauth2, spec), spec.ip_version, context)
    except asyncio.CancelledError:
        # Time ran out here, not at the interface.
        recording.see(SignalKind.TOKEN_FAULT, TokenFault.UNREACHABLE.value)
        raise
    if isinstance(answer, Observation):
        return _at_token_endpoint(answer)
    read = _read(oauth2, answer, context)
    if isinstance(read, Token):
        # The phases of the probe are those of the interface itself.
        recording.phases = phases
        recording.add(Phase.LOGIN, recording.elapsed_seconds - began)
        recording.see(SignalKind.TOKEN_ISSUED, True)  # noqa: FBT003 - the value of a signal
    return read


def _request(oauth2: OAuth2, spec: HttpSpec) -> Request:
    form = {"grant_type": oauth2.grant_type}
    if oauth2.scope:
        form["scope"] = oauth2.scope
    form |= {name: value.get_secret_value() for name, value in oauth2.parameters.items()}
    if oauth2.client_in == "body":
        form["client_id"] = oauth2.client_id
        form["client_secret"] = oauth2.client_secret.get_secret_value()
    body = urlencode(form).encode()
    return spec.compose(oauth2.token_url, "POST", _lines(oauth2), body, spec.request.route)


def _lines(oauth2: OAuth2) -> Iterator[str]:
    yield "Content-Type: application/x-www-form-urlencoded"
    yield "Accept: application/json"
    if oauth2.client_in == "header":
        # RFC 6749 has both parts encoded before they are joined.
        parts = (oauth2.client_id, oauth2.client_secret.get_secret_value())
        pair = ":".join(quote(each, safe="") for each in parts)
        yield f"Authorization: Basic {base64.b64encode(pair.encode()).decode()}"


def _at_token_endpoint(seen: Observation) -> Observation:
    """Return what went wrong before an answer came, told apart from the interface itself."""
    failure = seen.failure
    told = replace(failure, detail=f"token endpoint: {failure.detail}") if failure else None
    fault = Signal(SignalKind.TOKEN_FAULT, TokenFault.UNREACHABLE.value)
    return replace(seen, failure=told, signals=(*seen.signals, fault))


def _read(oauth2: OAuth2, answer: Answer, context: ProbeContext) -> Token | Observation:
    recording, document = context.recording, _document(answer.body)
    code, token = document.get("error"), document.get("access_token")
    code = code[:_CODE_LENGTH] if isinstance(code, str) else ""
    if answer.status == 200 and isinstance(token, str) and _fits(token):
        return Token(token, context.clock.monotonic() + _lifetime(oauth2, document))
    recording.see(SignalKind.HTTP_STATUS, answer.status)
    if code:
        recording.see(SignalKind.PROVIDER_CODE, code)
    if answer.status < 500 and (code in REFUSALS or answer.status in {401, 403}):
        recording.see(SignalKind.TOKEN_FAULT, TokenFault.REFUSED.value)
        reason = code if code in REFUSALS else f"status {answer.status}"
        return recording.failed(FailureKind.LOGIN_REJECTED, f"token endpoint: {reason}")
    if answer.status != 200:
        fault = TokenFault.LIMITED if answer.status == 429 else TokenFault.ERROR
        recording.see(SignalKind.TOKEN_FAULT, fault.value)
        detail = f"token endpoint: status {answer.status}"
        return recording.failed(FailureKind.STATUS_UNEXPECTED, detail)
    recording.enter(Stage.SEMANTIC)
    recording.see(SignalKind.TOKEN_FAULT, TokenFault.ERROR.value)
    recording.see(SignalKind.CONTRACT_VIOLATION, "$.access_token", "is absent")
    detail = "token endpoint: $.access_token is absent"
    return recording.failed(FailureKind.CONTRACT_BROKEN, detail)


def _document(body: bytes) -> dict[str, object]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _fits(token: str) -> bool:
    """Say whether *token* can be sent in a header."""
    return bool(token) and token.isascii() and token.isprintable()


def _lifetime(oauth2: OAuth2, document: dict[str, object]) -> float:
    """Return how long a token is used: until shortly before it ends."""
    lasts = as_number(document.get("expires_in"))
    if lasts is None or lasts <= 0:
        return _UNSAID_SECONDS
    return max(lasts - oauth2.renew_before, lasts / 2)
