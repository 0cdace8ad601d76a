"""Which causes users may be told of without a person, and when a verdict is sure enough."""

from enum import StrEnum

from monitor.model.cause import Cause, Diagnosis
from monitor.model.configuration import NoticePolicy


class CausePolicy(StrEnum):
    """Who lets a sentence about a cause out."""

    AUTO = "auto"
    PERSON = "person"
    NEVER = "never"


CAUSE_POLICY = {
    Cause.MAINTENANCE: CausePolicy.AUTO,
    Cause.SERVER_OVERLOAD: CausePolicy.AUTO,
    Cause.DATABASE_ANOMALY: CausePolicy.AUTO,
    Cause.NETWORK_ATTACK: CausePolicy.PERSON,
    Cause.THIRD_PARTY_INTERFACE: CausePolicy.AUTO,
    Cause.NETWORK_FAULT: CausePolicy.AUTO,
    Cause.APPLICATION_FAULT: CausePolicy.AUTO,
    Cause.REGULATORY: CausePolicy.PERSON,
    Cause.MONITOR_FAULT: CausePolicy.NEVER,
    Cause.UNKNOWN: CausePolicy.NEVER,
}


def nameable_cause(diagnosis: Diagnosis, policy: NoticePolicy) -> Cause | None:
    """Return the cause that may be published, be it by a person alone, or None."""
    sure = diagnosis.confidence >= policy.cause_confidence
    allowed = CAUSE_POLICY[diagnosis.cause] is not CausePolicy.NEVER
    return diagnosis.cause if sure and allowed else None
