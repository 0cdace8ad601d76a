"""Validates one mapping of a file against its model and says where each problem stands."""

import json
import re
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitor.config.fields import keys_at, secrets_in
from monitor.config.messages import combine, describe, is_foreign
from monitor.config.place import Part, Place
from monitor.config.problem import Problem
from monitor.config.reader import Reader

Model = TypeVar("Model", bound=BaseModel)
_CREDENTIALS = re.compile(r"://[^/@\s]+@")
_SHORTEST_SECRET = 3


def validate(
    model: type[Model],
    values: dict[str, Any],
    place: Place,
    reader: Reader,
    known_keys: frozenset[str] = frozenset(),
) -> Model | None:
    """Return the model, or None after adding what is wrong to the reader's problems.

    *known_keys* are keys of the same mapping that belong to another model.
    """
    try:
        return _validated(model, values, place, reader)
    except ValidationError as error:
        hidden = _Hidden(model, values, reader.outside)
        reader.problems += _problems(error, model, place, reader, (known_keys, hidden))
    except OSError as error:
        # Whoever looks for a file may not be let into its folder.
        found = place.at(_path_to(error.filename, values) or ())
        reader.problems.append(found.problem(f"cannot be looked at: {error.strerror}"))
    return None


def _validated(model: type[Model], values: dict[str, Any], place: Place, reader: Reader) -> Model:
    try:
        return _parse(model, values)
    except ValidationError as error:
        return _parse(model, _retyped(values, error, place, reader))


def _parse(model: type[Model], values: dict[str, Any]) -> Model:
    # As JSON, because a strict model takes a list for a tuple and text for an enum only there.
    return model.model_validate_json(json.dumps(values))


def _retyped(
    values: dict[str, Any], error: ValidationError, place: Place, reader: Reader
) -> dict[str, Any]:
    """Give `port: ${PORT}` the type YAML gives the number itself, where text did not fit."""
    copy: dict[str, Any] = json.loads(json.dumps(values))
    for each in error.errors(include_url=False):
        found = place.at(each["loc"])
        path = found.path_from(place)
        if path and isinstance(each["input"], str):
            _put(copy, path, reader.retyped(found, each["input"]))
    return copy


def _path_to(wanted: Any, values: Any) -> tuple[Part, ...] | None:
    """Return the keys that lead to the value that is written as *wanted*."""
    if isinstance(values, dict | list):
        for key, each in values.items() if isinstance(values, dict) else enumerate(values):
            below = _path_to(wanted, each)
            if below is not None:
                return key, *below
        return None
    return () if values == str(wanted) else None


def _put(values: Any, path: tuple[Part, ...], value: Any) -> None:
    for part in path[:-1]:
        values = values[part]
    values[path[-1]] = value


class _Hidden:
    """The texts that no message may show."""

    def __init__(self, model: type[BaseModel], values: Any, outside: Iterable[str]) -> None:
        texts = {*outside, *secrets_in(model, values)}
        self._texts = sorted((each for each in texts if len(each) >= _SHORTEST_SECRET), key=len)

    def cover(self, message: str) -> str:
        for each in reversed(self._texts):
            message = message.replace(each, "***")
        return _CREDENTIALS.sub("://***@", message)


def _problems(
    error: ValidationError,
    model: type[BaseModel],
    place: Place,
    reader: Reader,
    context: tuple[frozenset[str], _Hidden],
) -> list[Problem]:
    known_keys, hidden = context
    sentences: dict[tuple[int, str], list[str]] = {}
    for each in error.errors(include_url=False):
        found = place.at(each["loc"])
        if (found.file, found.key) in reader.refused:
            continue
        path = found.path_from(place)
        keys = keys_at(model, path[:-1]) | (known_keys if len(path) == 1 else frozenset())
        said = describe(each, keys)
        said = hidden.cover(said) if is_foreign(each) else said
        where = (found.line, _key(found, each))
        sentences.setdefault(where, []).append(said)
    return [
        Problem(place.file, line, key, combine(said)) for (line, key), said in sentences.items()
    ]


def _key(found: Place, error: ErrorDetails) -> str:
    missing = error["loc"][-1:] if error["type"] == "missing" else ()
    return found.problem("", *missing).key
