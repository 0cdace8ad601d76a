"""What one attempt to send came to: an outcome, a closed reason word and redacted text."""

from dataclasses import dataclass
from enum import StrEnum


class SendOutcome(StrEnum):
    """What a receiver's answer means for the delivery."""

    DELIVERED = "delivered"
    RETRY = "retry"
    THROTTLED = "throttled"
    PERMANENT = "permanent"


class SendReason(StrEnum):
    """Why an attempt failed, or why none was made; the words are safe as metric labels."""

    NETWORK = "network"
    TIMEOUT = "timeout"
    SERVER_ERROR = "server_error"
    CLIENT_ERROR = "client_error"
    RATE_LIMITED = "rate_limited"
    AUTH = "auth"
    GONE = "gone"
    BUG = "bug"
    TRIGGER_DEAD = "trigger_dead"
    NO_RECEIVER = "no_receiver"


class DeliveryResult(StrEnum):
    """How an attempt is counted: what happened to the delivery, not only to the attempt."""

    DELIVERED = "delivered"
    RETRY = "retry"
    THROTTLED = "throttled"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """The result of one attempt; *detail* is for operators and holds no secret."""

    outcome: SendOutcome
    reason: SendReason | None = None
    detail: str = ""
    retry_after_seconds: float | None = None

    @classmethod
    def delivered(cls) -> "SendResult":
        return cls(outcome=SendOutcome.DELIVERED)

    @classmethod
    def retry(cls, reason: SendReason, detail: str) -> "SendResult":
        return cls(outcome=SendOutcome.RETRY, reason=reason, detail=detail)

    @classmethod
    def throttled(
        cls, reason: SendReason, detail: str, retry_after_seconds: float | None
    ) -> "SendResult":
        return cls(
            outcome=SendOutcome.THROTTLED,
            reason=reason,
            detail=detail,
            retry_after_seconds=retry_after_seconds,
        )

    @classmethod
    def permanent(cls, reason: SendReason, detail: str) -> "SendResult":
        return cls(outcome=SendOutcome.PERMANENT, reason=reason, detail=detail)
