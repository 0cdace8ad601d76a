"""What can be wrong with the store, as types and as one closed list of words."""

from enum import StrEnum


class Trouble(StrEnum):
    """Why the store cannot be used right now."""

    LOCKED = "locked"
    LOCK_LOST = "lock_lost"
    READ_ONLY = "read_only"
    DISK_FULL = "disk_full"
    INPUT_OUTPUT = "input_output"
    GONE = "gone"
    CORRUPT = "corrupt"
    UNREACHABLE = "unreachable"
    OTHER = "other"


class StoreError(Exception):
    """Base of all errors of this room."""


class StoreLocked(StoreError):  # noqa: N818 - the word of docs/architecture.md
    """Another monitor uses this store."""


class UnsupportedSchema(StoreError):  # noqa: N818 - named like StoreLocked
    """The database was written by a newer monitor."""


class UnsupportedUrlError(StoreError):
    """The store's URL is neither SQLite nor PostgreSQL; the message carries no password."""


class StoreClosedError(StoreError):
    """The store was closed, or its writer was never started."""


class StoreUnavailableError(StoreError):
    """The store cannot be used now; trying again later can succeed."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble.value}: {detail}" if detail else trouble.value)
        self.trouble = trouble
