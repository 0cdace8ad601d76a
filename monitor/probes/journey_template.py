"""Texts with places such as `{{order}}`: parsed when loaded, filled with values at every run."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, quote_plus

Values = Mapping[str, object]
Escape = Callable[[object], str]

PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
NAME = r"^[A-Za-z_]\w*$"


@dataclass(frozen=True)
class Template:
    """A text, and the names of the values that it takes."""

    text: str

    @cached_property
    def names(self) -> frozenset[str]:
        """The names in its places."""
        return frozenset(PLACE.findall(self.text))

    @cached_property
    def only(self) -> str:
        """The name of the place that is all of the text, or nothing."""
        found = PLACE.fullmatch(self.text)
        return found[1] if found else ""

    def fill(self, values: Values, escape: Escape) -> str:
        """Return the text with every place filled, each value as *escape* writes it."""
        return PLACE.sub(lambda match: escape(values[match[1]]), self.text)


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Return the names in the places of all *texts*."""
    return frozenset().union(*(Template(each).names for each in texts))


def plain(value: object) -> str:
    """Write a value as it is: text as text, everything else as JSON does."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def in_url(value: object) -> str:
    """Write a value as a part of a path or a query."""
    return quote(plain(value), safe="")


def in_form(value: object) -> str:
    """Write a value as a part of a form."""
    return quote_plus(plain(value))


def in_json(value: object) -> str:
    """Write a value into JSON: text without its quotes, which stand in the template."""
    written = json.dumps(value, ensure_ascii=False)
    return written[1:-1] if isinstance(value, str) else written


def in_header(value: object) -> str:
    """Write a value into a header; ValueError where it does not fit into one line."""
    text = plain(value)
    if not text.isprintable():
        raise ValueError("does not fit into a header")
    return text


def escape_for(content_type: str) -> Escape:
    """Return how values are written into a body of *content_type*."""
    lowered = content_type.lower()
    if "json" in lowered:
        return in_json
    return in_form if "x-www-form-urlencoded" in lowered else plain
