"""The contract of an answer: a JSON Schema, compiled when loaded, and what breaks it where."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from jsonschema import Draft202012Validator, SchemaError
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_SHOWN = 60
_NO_MORE = ("additionalProperties", "unevaluatedProperties")


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """The place where a document breaks its contract, and the rule that it breaks there.

    Neither holds a value of the document.
    """

    path: str
    rule: str


@dataclass(frozen=True)
class Contract:
    """A schema that is valid itself; equal schemas are equal contracts."""

    schema: Mapping[str, Any]

    @cached_property
    def _validator(self) -> Validator:
        # What a schema without $schema means is up to the reader: the newest draft.
        return validator_for(self.schema, default=Draft202012Validator)(self.schema)

    def violation(self, document: Any) -> Violation | None:
        """Return the most telling violation of *document*, or None where it keeps the contract."""
        try:
            error = best_match(self._validator.iter_errors(document))
        except RecursionError:
            return Violation(path="$", rule="is nested too deeply")
        return None if error is None else _violation(error)


def _violation(error: ValidationError) -> Violation:
    path, rule = error.json_path, str(error.validator)
    asked: Any = error.validator_value
    if rule == "required" and isinstance(error.instance, Mapping):
        missing = [each for each in asked if each not in error.instance]
        return Violation(path=f"{path}.{missing[0]}", rule="is absent")
    if rule in _NO_MORE:
        return Violation(path=path, rule="has more than was agreed")
    wanted = json.dumps(asked, ensure_ascii=False, default=str)
    shown = wanted if len(wanted) <= _SHOWN else f"{wanted[:_SHOWN]}…"
    return Violation(path=path, rule=f"breaks {rule} {shown}")


def _contract(value: object) -> Contract:
    if isinstance(value, Contract):
        return value
    schema = _read(Path(value)) if isinstance(value, str) else value
    if not isinstance(schema, dict):
        text = "expected a JSON Schema, or the path of a file with one"
        raise ValueError(text)  # noqa: TRY004 - pydantic's way
    try:
        validator_for(schema, default=Draft202012Validator).check_schema(schema)
    except SchemaError as error:
        raise ValueError(f"expected a JSON Schema: {error.json_path}: {error.message}") from error
    for reference in _references(schema):
        _check_reference(schema, reference)
    return Contract(schema)


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ValueError("expected a file with a JSON Schema in JSON") from error


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key in _REFERENCES and isinstance(value, str):
                yield value
            yield from _references(value)
    elif isinstance(schema, list):
        for each in schema:
            yield from _references(each)


def _check_reference(schema: Mapping[str, Any], reference: str) -> None:
    """Refuse what would be fetched from elsewhere, or is not there."""
    if not reference.startswith("#"):
        raise ValueError(f"expected references within the schema, not {reference!r}")
    found: Any = schema
    # A name without a slash is an anchor, which may stand anywhere.
    for part in reference[1:].split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        found = found[int(key)] if isinstance(found, list) and key.isdecimal() else found
        found = found.get(key) if isinstance(found, dict) else found
        if found is None:
            raise ValueError(f"expected what {reference!r} refers to")


JsonSchema = Annotated[
    Contract,
    PlainValidator(_contract),
    PlainSerializer(lambda contract: contract.schema, return_type=dict[str, Any]),
    WithJsonSchema({"anyOf": [{"type": "object"}, {"type": "string", "format": "path"}]}),
]
"""A compiled JSON Schema, given in place or as the path of a file."""
