"""`listeners`, `store`, `publish`, `reload`, `limits`: how the monitor itself lives."""

import math
import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from monitor.config.durations import Seconds
from monitor.config.section import Section, Text
from monitor.model.configuration import Listeners, StoreConfig

_DAY = 86_400.0
_ADDRESS = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:\[\]/]+):(\d{1,5})")


def _split(address: str) -> tuple[str, int]:
    match = _ADDRESS.fullmatch(address)
    if match is None or int(match.group(2)) > 65_535:
        raise ValueError('expected host:port, such as "127.0.0.1:8080" or "[::1]:8080"')
    return match.group(1).strip("[]"), int(match.group(2))


def _address(text: str) -> str:
    _split(text)
    return text


def _a_day_or_more(seconds: float) -> float:
    if seconds < _DAY:
        raise ValueError('expected a day or more, such as "400d"')
    return seconds


Address = Annotated[str, AfterValidator(_address)]


class ListenersSection(Section):
    """Where the two listeners bind; port 0 is any free one."""

    public: Address = "127.0.0.1:8080"
    operations: Address = "127.0.0.1:9464"

    def value(self) -> Listeners:
        public_host, public_port = _split(self.public)
        operations_host, operations_port = _split(self.operations)
        return Listeners(
            public_host=public_host,
            public_port=public_port,
            operations_host=operations_host,
            operations_port=operations_port,
        )


class StoreSection(Section):
    """Where state lives, and how long history is kept; no `url` is SQLite in `data_dir`.

    Without `data_dir` it is DATA_DIR of the environment, where the command line looks too.
    """

    data_dir: Text | None = None
    url: str = ""
    keep: Annotated[Seconds, AfterValidator(_a_day_or_more)] = 400 * _DAY

    def value(self, environment: Mapping[str, str]) -> StoreConfig:
        return StoreConfig(
            data_dir=self.data_dir or environment.get("DATA_DIR") or "var",
            url=self.url,
            keep_days=math.floor(self.keep / _DAY),
        )


class StaticSection(Section):
    """`dir`: a folder that the whole public face is written to on every change."""

    dir: Text


class PublishSection(Section):
    """Where the public face goes besides the listener."""

    static: StaticSection | None = None

    def value(self) -> str:
        return self.static.dir if self.static else ""


class ReloadSection(Section):
    """`on_change`: whether files that change are read again without being asked."""

    on_change: bool = True


class LimitsSection(Section):
    """`max_in_flight`: probes at the same time; 0 derives it from the descriptor limit."""

    max_in_flight: int = Field(default=0, ge=0)
