"""Durations as people write them: `500ms`, `2s`, `5m`, `1h`, `3d`; a bare number is seconds."""

import math
import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

_UNITS = {"ms": "0.001", "s": "1", "m": "60", "h": "3600", "d": "86400"}
PATTERN = r"^\d+(\.\d+)?(ms|s|m|h|d)$"
EXPECTED = 'expected seconds or a duration such as "500ms", "2s", "5m", "1h" or "3d"'


def parse_duration(value: Any) -> float:
    """Return seconds; ValueError for whatever is neither a number nor a duration."""
    if isinstance(value, str) and (found := re.match(PATTERN, value)):
        unit = found.group(2)
        return float(Decimal(value.removesuffix(unit)) * Decimal(_UNITS[unit]))
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and math.isfinite(value):
        return float(value)
    raise ValueError(EXPECTED)


_SCHEMA = WithJsonSchema(
    {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": PATTERN}]}
)
Seconds = Annotated[float, BeforeValidator(parse_duration), Field(ge=0), _SCHEMA]
"""A duration of zero or more."""

PositiveSeconds = Annotated[float, BeforeValidator(parse_duration), Field(gt=0), _SCHEMA]
"""A duration that is longer than nothing."""
