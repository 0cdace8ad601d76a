"""Looks into pydantic models: which keys exist where, and which of them hold secrets."""

import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, SecretBytes, SecretStr

from monitor.config.place import Part


def keys_of(model: type[BaseModel]) -> frozenset[str]:
    """Return the keys that a mapping for *model* may have."""
    return frozenset(each.alias or name for name, each in model.model_fields.items())


def keys_at(model: type[BaseModel], path: tuple[Part, ...]) -> frozenset[str]:
    """Return the keys that exist at *path* below a mapping for *model*."""
    models = [model]
    for part in path:
        if isinstance(part, str):
            # What is no field is a key of a plain mapping, whose values may be models.
            models = [each for parent in models for each in _below(parent, part)] or models
    return frozenset(key for each in models for key in keys_of(each))


def secrets_in(model: type[BaseModel], value: Any) -> Iterator[str]:
    """Yield the texts in *value* that *model* takes as secrets."""
    if isinstance(value, list):
        for each in value:
            yield from secrets_in(model, each)
    elif isinstance(value, dict):
        for name, field in model.model_fields.items():
            inner, given = _types(field.annotation), value.get(field.alias or name)
            if SecretStr in inner or SecretBytes in inner:
                yield from _texts(given)
            for each in _models(inner):
                yield from secrets_in(each, given)


def _below(model: type[BaseModel], key: str) -> list[type[BaseModel]]:
    fields = model.model_fields.items()
    return [
        inner
        for name, each in fields
        if key == (each.alias or name)
        for inner in _models(_types(each.annotation))
    ]


def _models(types: set[Any]) -> list[type[BaseModel]]:
    return [each for each in types if isinstance(each, type) and issubclass(each, BaseModel)]


def _types(annotation: Any) -> set[Any]:
    inner = {each for part in typing.get_args(annotation) for each in _types(part)}
    return inner or {annotation}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
