"""The faults that are wanted: one file, written by `break` and `repair`, read by all."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from monitor.demo.files import read_json, write_json
from monitor.demo.layout import Layout


@dataclass(frozen=True, kw_only=True)
class Switch:
    """A fault that is on: since when (unix seconds), and what its own code noted."""

    since: float
    details: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


class Switches:
    """The switches of one demo; reading again costs one stat while nothing changed."""

    def __init__(self, layout: Layout) -> None:
        self._path = layout.switches
        self._seen: tuple[int, int] | None = None
        self._on: dict[str, Switch] = {}

    def on(self) -> Mapping[str, Switch]:
        """Return the faults that are on, by name."""
        seen = self._fingerprint()
        if seen != self._seen:
            self._on = _parse(read_json(self._path))
            self._seen = seen
        return self._on

    def get(self, name: str) -> Switch | None:
        """Return one switch, None when that fault is off."""
        return self.on().get(name)

    def turn_on(self, name: str, switch: Switch) -> None:
        """Record that a fault is on."""
        with self._exclusive() as on:
            on[name] = switch

    def turn_off(self, name: str) -> None:
        """Record that a fault is off."""
        with self._exclusive() as on:
            on.pop(name, None)

    @contextmanager
    def _exclusive(self) -> Iterator[dict[str, Switch]]:
        """Change the switches while nobody else does."""
        lock = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            on = _parse(read_json(self._path))
            yield on
            write_json(self._path, {name: _dump(switch) for name, switch in on.items()})
        finally:
            os.close(lock)

    def _fingerprint(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns


def _dump(switch: Switch) -> dict[str, Any]:
    return {"since": switch.since, "details": dict(switch.details)}


def _parse(document: Mapping[str, Any] | None) -> dict[str, Switch]:
    on: dict[str, Switch] = {}
    for name, one in (document or {}).items():
        match one:
            case {"since": float() | int() as since, "details": dict(details)}:
                on[name] = Switch(since=float(since), details=details)
    return on
