"""What Redis says when it refuses: the first word of an error as a kind of failure."""

from collections.abc import Mapping

from monitor.model.observation import FailureKind, Stage

# The one refusal that has no word of its own; it is sent as soon as a connection is accepted.
MAX_CLIENTS = "MAXCLIENTS"
_MAX_CLIENTS_TEXT = "ERR max number of clients reached"

KINDS: Mapping[str, FailureKind] = {
    MAX_CLIENTS: FailureKind.SERVER_REJECTED,
    "LOADING": FailureKind.SERVER_REJECTED,  # After a restart.
    "MASTERDOWN": FailureKind.SERVER_REJECTED,  # A replica that may not serve stale data.
    "CLUSTERDOWN": FailureKind.SERVER_REJECTED,
    "TRYAGAIN": FailureKind.SERVER_REJECTED,
    "BUSY": FailureKind.SERVER_REJECTED,  # A script runs.
    "OOM": FailureKind.WRITE_FAILED,
    "READONLY": FailureKind.WRITE_FAILED,
    "MISCONF": FailureKind.WRITE_FAILED,  # What is written cannot be saved to the disk.
    "NOREPLICAS": FailureKind.WRITE_FAILED,
    "NOAUTH": FailureKind.LOGIN_REJECTED,
    "WRONGPASS": FailureKind.LOGIN_REJECTED,
    "NOPERM": FailureKind.LOGIN_REJECTED,
    "DENIED": FailureKind.LOGIN_REJECTED,  # Protected mode.
}

# What an error of another word means, by the step that met it.
_BY_STAGE = {
    Stage.PROTOCOL: FailureKind.LOGIN_REJECTED,
    Stage.SEMANTIC: FailureKind.QUERY_FAILED,
    Stage.BUSINESS: FailureKind.WRITE_FAILED,
}


def code_of(text: str) -> str:
    """Return the word by which an error is known."""
    return MAX_CLIENTS if text == _MAX_CLIENTS_TEXT else text.partition(" ")[0]


def redis_kind(code: str, stage: Stage) -> FailureKind:
    """Return the kind of failure that an error *code* is at *stage*."""
    return KINDS.get(code) or _BY_STAGE.get(stage, FailureKind.SERVER_REJECTED)
