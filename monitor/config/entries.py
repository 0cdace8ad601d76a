"""Validates named entries: services, components, and the typed checks and receivers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from monitor.config.fields import keys_of
from monitor.config.place import Place
from monitor.config.reader import Reader
from monitor.config.section import Section
from monitor.config.suggestions import suggestion
from monitor.config.validation import validate

S = TypeVar("S", bound=Section)
Values = dict[str, Any]
Specs = Mapping[str, type[BaseModel]]


@dataclass(frozen=True, slots=True)
class Found(Generic[S]):
    """A valid section and where it stands."""

    place: Place
    section: S


@dataclass(frozen=True, slots=True)
class Typed(Found[S]):
    """A valid section with the spec of its type."""

    spec: BaseModel


def mapping_at(place: Place, reader: Reader) -> Values | None:
    """Return the mapping at *place*, which may be empty, or None after saying that it is none."""
    if place.is_empty:
        return {}
    values = reader.read(place)
    if isinstance(values, dict):
        return values
    reader.problems.append(place.problem("expected a mapping"))
    return None


def plain_entries(
    model: type[S], places: Mapping[str, Place], reader: Reader
) -> dict[str, Found[S]]:
    """Return the valid entries by name."""
    found = {}
    for name, place in places.items():
        values = mapping_at(place, reader)
        section = None if values is None else validate(model, values, place, reader)
        if section is not None:
            found[name] = Found(place, section)
    return found


def typed_entries(
    model: type[S],
    places: Mapping[str, Place],
    specs: Specs,
    reader: Reader,
    complete: Callable[[Values], Values] = dict,
) -> dict[str, Typed[S]]:
    """Return the valid entries by name; keys that *model* does not know are those of the spec.

    *complete* adds what an entry takes from elsewhere where it says nothing itself.
    """
    common = keys_of(model)
    found = {}
    for name, place in places.items():
        values = mapping_at(place, reader)
        if values is not None:
            own = {key: each for key, each in values.items() if key in common}
            section = validate(model, complete(own), place, reader)
            spec = _spec(values, specs, common, place, reader)
            if section is not None and spec is not None:
                found[name] = Typed(place, section, spec)
    return found


def _spec(
    values: Values, specs: Specs, common: frozenset[str], place: Place, reader: Reader
) -> BaseModel | None:
    type_ = values.get("type")
    if not isinstance(type_, str):
        return None
    if type_ not in specs:
        unknown = f"unknown type {type_!r}{suggestion(type_, specs)}"
        reader.problems.append(place.at(["type"]).problem(unknown))
        return None
    rest = {key: each for key, each in values.items() if key not in common}
    return validate(specs[type_], rest, place, reader, known_keys=common)
