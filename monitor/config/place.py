"""Places in configuration files: a YAML node with its file, its line and its dotted key."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import yaml

from monitor.config.problem import Problem

Part = str | int
NULL_TAG = "tag:yaml.org,2002:null"
MERGE_TAG = "tag:yaml.org,2002:merge"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands; *line* is that of its key and counts from 1."""

    file: str
    line: int
    node: yaml.Node
    part: Part = ""
    parent: "Place | None" = None

    @property
    def key(self) -> str:
        """The dotted key, such as `services.checkout.depends_on[1].soft`; empty at the top."""
        if self.parent is None:
            return ""
        return join(self.parent.key, self.part)

    @property
    def source(self) -> str:
        """File and line, as a person would write them."""
        return f"{self.file}:{self.line}"

    @property
    def is_mapping(self) -> bool:
        """Whether keys stand below."""
        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written after the key, as when all of it is commented out."""
        return self.node.tag == NULL_TAG

    def problem(self, message: str, *missing: Part) -> Problem:
        """Say what is wrong here, or with the *missing* parts that should stand below here."""
        key = self.key
        for part in missing:
            key = join(key, part)
        return Problem(self.file, self.line, key, message)

    def children(self) -> Iterator["Place"]:
        """Yield the keys or items of this node as they stand in the file."""
        if isinstance(self.node, yaml.MappingNode):
            for key, value in self.node.value:
                if key.tag != MERGE_TAG:
                    yield self._below(_text(key), key, value)
        elif isinstance(self.node, yaml.SequenceNode):
            for index, item in enumerate(self.node.value):
                yield self._below(index, item, item)

    def merged(self) -> Iterator["Place"]:
        """Yield the mappings that `<<` merges into this one."""
        for key, value in self.node.value if self.is_mapping else ():
            if key.tag == MERGE_TAG:
                several = isinstance(value, yaml.SequenceNode)
                for each in value.value if several else [value]:
                    yield Place(self.file, key.start_mark.line + 1, each, self.part, self.parent)

    def child(self, part: Part) -> "Place | None":
        """Return the place of one key or item, also of a merged one."""
        own = next((each for each in self.children() if each.part == part), None)
        if own is not None:
            return own
        found = (each.child(part) for each in self.merged())
        inherited = next((each for each in found if each is not None), None)
        return replace(inherited, parent=self) if inherited else None

    def at(self, location: Iterable[Part]) -> "Place":
        """Follow *location* as far as it exists, passing over parts that are no keys of the file.

        pydantic puts the names of union members between the keys.
        """
        place = self
        for part in location:
            place = place.child(part) or place
        return place

    def path_from(self, ancestor: "Place") -> tuple[Part, ...]:
        """Return the keys that lead here from *ancestor*."""
        if self is ancestor or self.parent is None:
            return ()
        return (*self.parent.path_from(ancestor), self.part)

    def _below(self, part: Part, key: yaml.Node, value: yaml.Node) -> "Place":
        return Place(self.file, key.start_mark.line + 1, value, part, self)


def join(key: str, part: Part) -> str:
    """Return *key* with one more part."""
    if isinstance(part, int):
        return f"{key}[{part}]"
    return f"{key}.{part}" if key else part


def _text(key: yaml.Node) -> str:
    # A key is the text that was written: `no:` is Norwegian here, not false.
    return key.value if isinstance(key, yaml.ScalarNode) else "?"
