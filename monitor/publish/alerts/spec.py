"""What the specs of all channels share: strictness, durations, secrets."""

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

_DURATION = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


def parse_seconds(value: object) -> object:
    """Return seconds for texts such as `500ms`, `15s` or `24h`; leave all else to pydantic."""
    if not isinstance(value, str):
        return value
    found = _DURATION.fullmatch(value.strip())
    if found is None:
        raise ValueError('expected a number of seconds or a text such as "500ms", "15s", "24h"')
    return float(found["number"]) * _SECONDS[found["unit"]]


Seconds = Annotated[float, BeforeValidator(parse_seconds)]


class ChannelSpec(BaseModel):
    """The base of every channel's spec.

    *give_up_after* is the age at which a delivery becomes a dead letter; by default a day for
    receivers on call and three days for others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    give_up_after: Annotated[Seconds, Field(gt=0)] | None = None


def reveal(secret: SecretStr | None) -> str:
    """Return the text of *secret*, empty where there is none."""
    return "" if secret is None else secret.get_secret_value()
