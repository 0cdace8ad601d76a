"""Puts the errors of pydantic into one sentence each, never showing the value that was given."""

from collections.abc import Callable, Iterable
from typing import Any

from pydantic_core import ErrorDetails

from monitor.config.suggestions import MOST_SHOWN, suggestion

Context = dict[str, Any]

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "dataclass_type": "a mapping",
    "is_instance_of": "a value of another kind",
    "none_required": "null",
}

_BOUNDS: dict[str, Callable[[Context], str]] = {
    "greater_than": lambda of: f"expected more than {of['gt']:g}",
    "greater_than_equal": lambda of: f"expected {of['ge']:g} or more",
    "less_than": lambda of: f"expected less than {of['lt']:g}",
    "less_than_equal": lambda of: f"expected {of['le']:g} or less",
    "string_too_short": lambda of: f"expected text of {of['min_length']} or more characters",
    "string_too_long": lambda of: f"expected text of at most {of['max_length']} characters",
    "too_short": lambda of: f"expected {of['min_length']} or more entries",
    "too_long": lambda of: f"expected at most {of['max_length']} entries",
    "pattern_regex": lambda _: "expected a regular expression",
    "path_not_file": lambda _: "expected the path of a file that exists",
    "string_pattern_mismatch": lambda of: f"expected text that matches {of['pattern']}",
}

_GIVEN = {str: "text", bool: "true or false", int: "a number", float: "a number"}
_GIVEN |= {list: "a list", dict: "a mapping", type(None): "nothing"}


def describe(error: ErrorDetails, keys: Iterable[str] = ()) -> str:
    """Return the sentence for one error; *keys* are those that exist where a key is unknown."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return "required key is missing"
    if kind == "extra_forbidden":
        return f"unknown key{suggestion(str(error['loc'][-1]), keys)}"
    if kind in _EXPECTED:
        return f"expected {_EXPECTED[kind]}, got {_given(error)}"
    if kind in {"literal_error", "enum"}:
        return _choice(error)
    if kind in _BOUNDS:
        return _BOUNDS[kind](context)
    return str(context["error"]) if "error" in context else error["msg"]


def is_foreign(error: ErrorDetails) -> bool:
    """Say whether the sentence was written elsewhere, so that nobody knows what it quotes."""
    own = {"missing", "extra_forbidden", "literal_error", "enum", *_EXPECTED, *_BOUNDS}
    return error["type"] not in own


def combine(sentences: Iterable[str]) -> str:
    """Join what the members of a union expected: `expected A or B, got C`."""
    distinct = list(dict.fromkeys(sentences))
    expected = [each for each in distinct if each.startswith("expected ")]
    if len(expected) < 2:
        return "; ".join(distinct)
    heads = [each.removeprefix("expected ").partition(", got ") for each in expected]
    given = next((got for _, _, got in heads if got), "")
    joined = " or ".join(dict.fromkeys(head for head, _, _ in heads))
    return f"expected {joined}" + (f", got {given}" if given else "")


def _given(error: ErrorDetails) -> str:
    return _GIVEN.get(type(error["input"]), "something else")


def _choice(error: ErrorDetails) -> str:
    expected, given = error["ctx"]["expected"], error["input"]
    words = [each.strip("'") for each in expected.replace(" or ", ", ").split(", ")]
    if not isinstance(given, str):
        return f"expected {expected}, got {_given(error)}"
    close = suggestion(given, words)
    meant = close if "did you mean" in close else ""
    if len(words) > MOST_SHOWN:
        return f"expected one of {len(words)} words{meant}"
    return f"expected {expected}{meant}"
