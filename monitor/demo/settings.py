"""What the environment may set for one `make run`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.demo.errors import UsageError
from monitor.demo.ports import HOST

DEFAULT_DATA_DIR = Path("var")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the environment may set."""

    port: int
    ops_port: int
    data_dir: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Settings":
        """Read PORT, OPS_PORT and DATA_DIR."""
        return cls(
            port=_port(environment, "PORT", 8080),
            ops_port=_port(environment, "OPS_PORT", 9464),
            data_dir=Path(environment.get("DATA_DIR") or DEFAULT_DATA_DIR),
        )

    @property
    def page_url(self) -> str:
        """Where the public page is."""
        return f"http://{HOST}:{self.port}"

    @property
    def ops_url(self) -> str:
        """Where the operations listener is."""
        return f"http://{HOST}:{self.ops_port}"


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not (text.isdecimal() and 0 < int(text) < 65_536):
        raise UsageError(f"{name} must be a port number, not {text!r}")
    return int(text)
