"""Domain values to JSON and back: one codec for the store, the API and remote probes."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union

from monitor.model.events import Json

T = TypeVar("T")


def to_json(value: object) -> Json:
    """Return *value* as JSON types; datetimes become ISO-8601 with microseconds and `Z`."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_json(getattr(value, each.name)) for each in _fields(type(value))}
    if isinstance(value, Enum):
        return to_json(value.value)
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, Mapping):
        return {str(to_json(key)): to_json(each) for key, each in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [to_json(each) for each in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    message = f"no JSON form for {type(value).__name__}"
    raise TypeError(message)


def from_json(type_: type[T], value: Json) -> T:
    """Return *value* as a *type_*; unknown keys are ignored, missing ones take their default.

    Raises TypeError, ValueError or KeyError where the value does not fit.
    """
    return typing.cast("T", _decode(type_, value))


def format_time(at: datetime) -> str:
    """Return *at* in UTC as ISO-8601 with microseconds and `Z`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_time(text: str) -> datetime:
    """Return the aware datetime of an ISO-8601 *text*; ValueError where it has no offset."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        message = f"time without offset: {text}"
        raise ValueError(message)
    return at.astimezone(UTC)


def _decode(type_: Any, value: Any) -> Any:
    origin = typing.get_origin(type_)
    if origin in (Union, types.UnionType):
        return _decode_union(typing.get_args(type_), value)
    if origin is tuple:
        return tuple(_decode(typing.get_args(type_)[0], each) for each in value)
    if origin is not None and issubclass(origin, Mapping):
        key_type, value_type = typing.get_args(type_)
        return {_decode(key_type, key): _decode(value_type, each) for key, each in value.items()}
    if isinstance(type_, type) and dataclasses.is_dataclass(type_):
        hints = _hints(type_)
        known = {key: _decode(hints[key], each) for key, each in value.items() if key in hints}
        return type_(**known)
    if type_ is datetime:
        return parse_time(value)
    if isinstance(type_, type) and issubclass(type_, Enum):
        return type_(value)
    return float(value) if type_ is float else value


def _decode_union(choices: tuple[Any, ...], value: Any) -> Any:
    if value is None and type(None) in choices:
        return None
    rest = [each for each in choices if each is not type(None)]
    return _decode(rest[0], value) if len(rest) == 1 else value


@cache
def _fields(type_: type) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(type_)


@cache
def _hints(type_: type) -> Mapping[str, Any]:
    return typing.get_type_hints(type_)
