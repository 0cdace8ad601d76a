"""What robots of group chats share: they say in the body of a 200 whether a message was taken."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol

import httpx
from pydantic import Field, SecretStr

from monitor.model.delivery import Delivery
from monitor.model.events import Event
from monitor.publish.alerts.answers import judge
from monitor.publish.alerts.briefing import Briefing, brief
from monitor.publish.alerts.context import ChannelContext
from monitor.publish.alerts.pace import Pace
from monitor.publish.alerts.posting import Poster, PostingSpec, excerpt, secret_parts
from monitor.publish.alerts.redaction import Redactor
from monitor.publish.alerts.robot_words import VOCABULARIES
from monitor.publish.alerts.spec import reveal
from monitor.publish.deliveries.result import SendReason, SendResult

# A vendor that was asked too often and does not say for how long it is silent.
THROTTLED_SECONDS = 60.0
_CODE_KEYS = ("errcode", "code", "StatusCode")
_LATER = SendResult.retry(SendReason.CLIENT_ERROR, "")


class RobotSpec(PostingSpec):
    """A robot; *url* is the whole address with its token, *locale* the platform's by default."""

    locale: Literal["zh-CN", "en"] | None = None

    def secrets(self) -> list[str]:
        """Return what must not be shown, besides the address."""
        return []


class SignedSpec(RobotSpec):
    """A robot that may ask for a signature, or for a word that each message contains."""

    secret: Annotated[SecretStr, Field(min_length=8)] | None = None
    keyword: Annotated[str, Field(max_length=100)] = ""

    def secrets(self) -> list[str]:
        return [reveal(self.secret)] if self.secret else []


class Dialect(Protocol):
    """How one vendor wants a message, and what its codes mean; *paces* are its limits."""

    @property
    def meanings(self) -> Mapping[int, SendResult]: ...

    @property
    def paces(self) -> tuple[tuple[int, float], ...]: ...

    def compose(self, briefing: Briefing, now: datetime) -> "Message": ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The body to post, and what goes into the query of the address."""

    body: Mapping[str, Any]
    query: Mapping[str, str] = field(default_factory=dict)


class RobotChannel:
    """Tells one group chat in the words of its vendor."""

    def __init__(self, spec: RobotSpec, dialect: Dialect, context: ChannelContext) -> None:
        self._url = httpx.URL(reveal(spec.url))
        self._dialect = dialect
        self._clock = context.clock
        self._links = context.links
        self._names = context.names
        usual = context.names.locale if context.names.locale in VOCABULARIES else "en"
        self._locale = spec.locale or usual
        self._redact = Redactor([*secret_parts(reveal(spec.url)), *spec.secrets()])
        self._poster = Poster(spec, context.tls)
        self._paces = [Pace(most=most, seconds=seconds) for most, seconds in dialect.paces]

    async def send(self, event: Event, _delivery: Delivery) -> SendResult:
        """Send *event* once, or say when the robot will listen again."""
        for pace in self._paces:
            if wait := pace.take(self._clock.monotonic()):
                detail = f"its limit is {pace.most} messages in {pace.seconds:g} s"
                return SendResult.throttled(SendReason.RATE_LIMITED, detail, wait)
        briefing = brief(event, self._links, self._names, self._locale)
        message = self._dialect.compose(briefing, self._clock.now())
        url = self._url.copy_merge_params(message.query) if message.query else self._url
        body = json.dumps(message.body, ensure_ascii=False, separators=(",", ":")).encode()
        return await self._poster.post(
            str(url), body, self._judge, {"content-type": "application/json; charset=utf-8"}
        )

    async def close(self) -> None:
        await self._poster.close()

    async def _judge(self, response: httpx.Response) -> SendResult:
        said = await excerpt(response)
        code, status = _code(said), response.status_code
        if code == 0 and response.is_success:
            return SendResult.delivered()
        known = self._dialect.meanings.get(code) if code is not None else None
        if known is None and not response.is_success:
            return judge(status, response.headers, self._redact(said), self._clock.now())
        return _with_detail(known or _LATER, f"HTTP {status}: {self._redact(said)}")


def _code(said: str) -> int | None:
    """Return the vendor's code; both spellings of Feishu are read."""
    try:
        body = json.loads(said)
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    codes = (body.get(key) for key in _CODE_KEYS)
    return next((each for each in codes if isinstance(each, int)), None)


def refused(reason: SendReason) -> SendResult:
    """Return the meaning of a code that a repair of the robot's settings turns into success."""
    return SendResult.retry(reason, "")


def throttled(seconds: float = THROTTLED_SECONDS) -> SendResult:
    """Return the meaning of a code that asks for a pause."""
    return SendResult.throttled(SendReason.RATE_LIMITED, "", seconds)


def hopeless() -> SendResult:
    """Return the meaning of a code that says that this very message will never be taken."""
    return SendResult.permanent(SendReason.CLIENT_ERROR, "")


def _with_detail(result: SendResult, detail: str) -> SendResult:
    return SendResult(
        outcome=result.outcome,
        reason=result.reason,
        detail=detail,
        retry_after_seconds=result.retry_after_seconds,
    )
