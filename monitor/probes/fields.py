"""Field types that the specs of the probe types share; patterns are compiled when loaded."""

import math
import re
from typing import Annotated, Any, Literal

import jsonpath
from jsonpath import CompoundJSONPath, JSONPath
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class Spec(BaseModel):
    """The base of every spec: frozen, an unknown key is an error, and no error shows an input."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, hide_input_in_errors=True
    )


def _seconds(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("expected seconds as a number, or text such as 500ms, 2s, 5m or 1h")
    return float(match[1]) * _UNITS[match[2]]


Seconds = Annotated[
    float,
    Field(gt=0),
    BeforeValidator(_seconds),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0},
                {"type": "string", "pattern": rf"^{_DURATION.pattern}$"},
            ]
        }
    ),
]
"""A duration in seconds, written as a number or as `500ms`, `2s`, `5m`, `1h`."""


def _compile(value: object) -> JSONPath | CompoundJSONPath:
    if isinstance(value, JSONPath | CompoundJSONPath):
        return value
    if not isinstance(value, str):
        raise ValueError("expected a JSONPath such as $.status")  # noqa: TRY004 - pydantic's way
    try:
        return jsonpath.compile(value)
    except jsonpath.JSONPathError as error:
        raise ValueError(f"expected a JSONPath such as $.status: {error}") from error


JsonPath = Annotated[
    JSONPath | CompoundJSONPath,
    PlainValidator(_compile),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "format": "jsonpath"}),
]
"""A compiled JSONPath."""


def _version(value: object) -> object:
    return int(value) if value in ("4", "6") and isinstance(value, str) else value


IpVersion = Annotated[Literal["any", 4, 6], BeforeValidator(_version)]
"""Which addresses a name may give: `any` takes an IPv4 address and, without one, IPv6."""

Scalar = bool | int | float | str | None


class Comparison(Spec):
    """What a value must be; every key that is given must hold. A bare value means `equals`."""

    equals: Scalar = None
    not_equals: Scalar = None
    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    at_most: float | None = None
    matches: re.Pattern[str] | None = None
    exists: bool = True

    def violation(self, value: object) -> str:
        """Return the name of the first key that does not hold for *value*, or nothing."""
        given = self.model_fields_set
        if "equals" in given and not _same(value, self.equals):
            return "equals"
        if "not_equals" in given and _same(value, self.not_equals):
            return "not_equals"
        if self.matches is not None and not self.matches.search(str(value)):
            return "matches"
        return self._bound_violation(value)

    def _bound_violation(self, value: object) -> str:
        number = as_number(value)
        bounds = {
            "above": self.above is None or (number is not None and number > self.above),
            "at_least": self.at_least is None or (number is not None and number >= self.at_least),
            "below": self.below is None or (number is not None and number < self.below),
            "at_most": self.at_most is None or (number is not None and number <= self.at_most),
        }
        return next((name for name, holds in bounds.items() if not holds), "")


def _comparison(value: object) -> object:
    return value if isinstance(value, dict | Comparison) else {"equals": value}


Expectation = Annotated[Comparison, BeforeValidator(_comparison)]
"""A `Comparison`, or a bare value that must be met."""


def as_number(value: Any) -> float | None:
    """Return *value* as a finite number where it is one, text included."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and not isinstance(value, bool) else None


def _same(value: object, expected: Scalar) -> bool:
    """Compare as a person means it: `1` is `1.0` and `"1"`, and databases write true as 1."""
    if isinstance(expected, bool):
        return value is expected or (value in (0, 1) and bool(value) is expected)
    if isinstance(expected, int | float):
        return as_number(value) == expected
    return value is None if expected is None else str(value) == expected
