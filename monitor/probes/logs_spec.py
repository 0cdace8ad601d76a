"""The spec of a logs check: which lines of which file count, and how many are too many."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import ByteSize, Field, field_validator

from monitor.model.signals import SignalKind
from monitor.probes.fields import Seconds, Spec
from monitor.probes.limits import Bounds
from monitor.probes.measured import Measured


class LogsSpec(Spec):
    """Lines of a file that match, per minute; the limits are lines per minute too."""

    file: Path
    pattern: re.Pattern[str]
    ignore: re.Pattern[str] | None = None
    signal: Measured = SignalKind.MEASURED_VALUE
    over: Seconds = 60.0
    degraded: Bounds | None = None
    failed: Bounds | None = None
    silent_after: Seconds | None = None
    encoding: str = "utf-8"
    max_read: Annotated[ByteSize, Field(ge=4096)] = ByteSize(4 * 1024 * 1024)

    @field_validator("file")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        if not value.is_absolute():
            raise ValueError("expected a path that begins with /")
        return value

    @field_validator("encoding")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            "".encode(value)
        except LookupError as error:
            raise ValueError(
                f"expected an encoding such as utf-8 or gb18030; not {value!r}"
            ) from error
        return value
