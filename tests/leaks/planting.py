"""Makes values of the model with a secret in every string field, found by introspection.

A field that is added to the model later is planted by itself.
"""

import dataclasses
import pkgutil
import types
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import monitor.model

T = TypeVar("T")
# Looks like what leaks: a host, an address, a statement, and a word that nothing else contains.
MARK = "zqx"
SECRET = f"{MARK}-db-7.internal 10.66.77.88 SELECT {MARK} password={MARK}"
MOMENT = datetime(2026, 1, 10, 2, 2, 5, tzinfo=UTC)
PLAIN: Mapping[type, object] = {
    bool: False,
    int: 1,
    float: 1.0,
    datetime: MOMENT,
    date: MOMENT.date(),
    time: MOMENT.time(),
    object: SECRET,
    type(None): None,
}


class Planter:
    """Plants secrets and remembers where: *fields* holds `Class.field` of every one."""

    def __init__(self) -> None:
        self.fields: set[str] = set()
        self.classes: set[type] = set()

    def make(self, cls: type[T], **known: object) -> T:
        """Return a *cls* whose fields are planted, but for those that are *known*."""
        self.classes.add(cls)
        hints = get_type_hints(cls)
        values = {
            each.name: known[each.name]
            if each.name in known
            else self._value(hints[each.name], f"{cls.__name__}.{each.name}")
            for each in dataclasses.fields(cls)  # type: ignore[arg-type]  # all are dataclasses
        }
        return cls(**values)

    def _value(self, hint: Any, where: str) -> Any:
        origin, arguments = get_origin(hint), get_args(hint)
        if hint is str:
            self.fields.add(where)
            return f"{SECRET} {where}"
        if hint is Path:
            return Path(self._value(str, where))
        if origin in (Union, types.UnionType):
            choices = [each for each in arguments if each is not types.NoneType]
            return self._value(str if str in choices else choices[0], where)
        if origin in (tuple, frozenset, list) or origin is Sequence:
            items = [self._value(arguments[0], where)]
            return items if origin is list else (frozenset if origin is frozenset else tuple)(items)
        if origin in (dict, Mapping):
            keys = [self._value(arguments[0], where)]
            keys += ["en", "zh-CN"] if arguments[0] is str else []
            return {key: self._value(arguments[1], where) for key in keys}
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            return self.make(hint)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return next(iter(hint))
        return PLAIN[hint]


def classes_with_text() -> Iterator[type]:
    """Yield every dataclass of the model that has a field with text in it."""
    for module in pkgutil.iter_modules(monitor.model.__path__):
        place = import_module(f"monitor.model.{module.name}")
        for cls in vars(place).values():
            if not isinstance(cls, type) or cls.__module__ != place.__name__:
                continue
            if hasattr(cls, "__dataclass_fields__") and _has_text(cls):
                yield cls


def _has_text(cls: type) -> bool:
    return any("str" in str(hint) for hint in get_type_hints(cls).values())
