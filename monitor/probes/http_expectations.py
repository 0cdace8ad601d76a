"""What an answer over HTTP must be: the options that http checks and steps of journeys share."""

import re
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from monitor.model.signals import SignalKind
from monitor.probes.contract import JsonSchema
from monitor.probes.fields import Expectation, JsonPath, Spec
from monitor.probes.providers import GENERIC, PROFILES, ProviderName

# The figures of its own load that an endpoint may report in its JSON body.
REPORTED = frozenset(
    {
        SignalKind.IN_FLIGHT,
        SignalKind.QUEUE_DEPTH,
        SignalKind.SATURATION_RATIO,
        SignalKind.SHED_RATIO,
        SignalKind.REQUEST_RATE,
        SignalKind.CONNECTIONS_USED_RATIO,
        SignalKind.LOCK_WAITERS,
    }
)
_CODES = re.compile(r"([1-5]\d\d)(?:-([1-5]\d\d))?")


def _codes(value: object) -> object:
    if isinstance(value, tuple):
        return value
    text = str(value).lower()
    if re.fullmatch(r"[1-5]xx", text):
        return (int(text[0]) * 100, int(text[0]) * 100 + 99)
    match = _CODES.fullmatch(text)
    if match is None:
        raise ValueError("expected a status such as 200, a range such as 200-299, or 2xx")
    return (int(match[1]), int(match[2] or match[1]))


Codes = Annotated[
    tuple[int, int],
    BeforeValidator(_codes),
    PlainSerializer(lambda pair: f"{pair[0]}-{pair[1]}", return_type=str),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}]}),
]


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


class Expectations(Spec):
    """What is compared with an answer, and what is read from it."""

    expect_status: Annotated[tuple[Codes, ...], BeforeValidator(_listed)] = ((200, 299),)
    expect_headers: dict[str, re.Pattern[str]] = Field(default_factory=dict)
    expect_body: re.Pattern[str] | None = None
    reject_body: re.Pattern[str] | None = None
    expect_json: dict[JsonPath, Expectation] = Field(default_factory=dict)
    contract: JsonSchema | None = None
    signals: dict[SignalKind, JsonPath] = Field(default_factory=dict)
    provider: ProviderName | None = None
    provider_code: JsonPath | None = None
    provider_ok: tuple[str, ...] = ()

    @field_validator("provider_ok", mode="before")
    @classmethod
    def _texts(cls, value: object) -> object:
        # YAML reads a provider's code 10000 as a number.
        return tuple(str(each) for each in (value if isinstance(value, list | tuple) else [value]))

    @field_validator("signals")
    @classmethod
    def _reported(cls, value: dict[SignalKind, Any]) -> dict[SignalKind, Any]:
        unknown = sorted(set(value) - REPORTED)
        if unknown:
            raise ValueError(f"expected one of {', '.join(sorted(REPORTED))}; not {unknown[0]}")
        return value

    @model_validator(mode="after")
    def _provider_agrees(self) -> Self:
        if self.provider_ok and self.provider is None and self.provider_code is None:
            raise ValueError("provider_ok needs provider_code, the JSONPath of the code")
        if self.provider == "generic" and self.provider_code is None:
            raise ValueError("provider: generic needs provider_code, the JSONPath of the code")
        return self

    @cached_property
    def wants_json(self) -> bool:
        """Whether anything is read from a JSON body of a good answer."""
        wanted = (self.expect_json, self.contract, self.signals, self.provider, self.provider_code)
        return any(wanted)

    @cached_property
    def code_paths(self) -> tuple[JsonPath, ...]:
        """Where the provider's code is looked for: where the check says, else where it is usual."""
        if self.provider_code is not None:
            return (self.provider_code,)
        return (PROFILES[self.provider] if self.provider else GENERIC).paths

    def expects(self, status: int) -> bool:
        """Say whether *status* is one of those expected."""
        return any(low <= status <= high for low, high in self.expect_status)
