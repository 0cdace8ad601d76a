"""Turns YAML nodes into JSON-like values and replaces what refers to the outside."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from monitor.config.expansion import (
    FILE_PREFIX,
    ExpansionError,
    expand_variables,
    read_secret,
    refers,
)
from monitor.config.place import Place
from monitor.config.problem import Problem

_TAG = "tag:yaml.org,2002:"
_CONTAINERS = {f"{_TAG}map": yaml.MappingNode, f"{_TAG}seq": yaml.SequenceNode}
# A moment stays the text that was written; whoever wants a time parses it.
_TEXTS = frozenset({f"{_TAG}str", f"{_TAG}timestamp", f"{_TAG}value"})


class Reader:
    """Reads values; collects problems, and the texts from outside that no message may show."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.problems: list[Problem] = []
        self.refused: set[tuple[str, str]] = set()
        self.outside: set[str] = set()
        self._environment = environment
        self._open: set[int] = set()
        make = SafeConstructor()
        self._makers: dict[str, Callable[[yaml.ScalarNode], Any]] = {
            f"{_TAG}null": lambda _: None,
            f"{_TAG}bool": make.construct_yaml_bool,
            f"{_TAG}int": make.construct_yaml_int,
            f"{_TAG}float": make.construct_yaml_float,
        }

    def read(self, place: Place) -> Any:
        """Return the value at *place*; None stands for what could not be read."""
        node = place.node
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(place, node)
        if node.tag not in _CONTAINERS:
            return self._refuse(place, f"the tag {node.tag} has no meaning here")
        if id(node) in self._open:
            return self._refuse(place, "an alias that contains itself")
        self._open.add(id(node))
        try:
            return self._container(place)
        finally:
            self._open.discard(id(node))

    def _container(self, place: Place) -> Any:
        if isinstance(place.node, yaml.SequenceNode):
            return [self.read(each) for each in place.children()]
        return self._mapping(place)

    def retyped(self, place: Place, text: str) -> Any:
        """Return the number or switch that *text* means, where it replaced a reference.

        Quotes do not count: inside braces YAML does not allow a bare `${NAME}`.
        """
        if not isinstance(place.node, yaml.ScalarNode) or not refers(place.node.value):
            return text
        try:
            meant = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError:
            return text
        if isinstance(meant, yaml.ScalarNode) and meant.tag in self._makers:
            return self._makers[meant.tag](meant)
        return text

    def _mapping(self, place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for each in place.children():
            name = str(each.part)
            if name in lines:
                self._refuse(each, f"duplicate key; it stands in line {lines[name]} already")
                continue
            lines[name] = each.line
            values[name] = self.read(each)
        for merged in place.merged():
            inherited = self.read(merged)
            if isinstance(inherited, dict):
                values = inherited | values
            else:
                self._refuse(merged, "expected a mapping to merge")
        return values

    def _scalar(self, place: Place, node: yaml.ScalarNode) -> Any:
        if node.tag in _TEXTS:
            return self._text(place, node.value) if refers(node.value) else node.value
        if node.tag not in self._makers:
            return self._refuse(place, f"the tag {node.tag} has no meaning here")
        try:
            return self._makers[node.tag](node)
        except (KeyError, ValueError):
            return self._refuse(place, f"expected a value that fits the tag {node.tag}")

    def _text(self, place: Place, text: str) -> Any:
        try:
            text, used = expand_variables(text, self._environment)
            self.outside.update(used)
            if text.startswith(FILE_PREFIX):
                folder = Path(place.file).parent
                text = read_secret(folder / text.removeprefix(FILE_PREFIX))
                self.outside.add(text)
        except ExpansionError as error:
            return self._refuse(place, str(error))
        return text

    def _refuse(self, place: Place, message: str) -> None:
        self.problems.append(place.problem(message))
        self.refused.add((place.file, place.key))
