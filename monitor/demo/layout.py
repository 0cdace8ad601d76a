"""Where the demo platform keeps its files below DATA_DIR."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The paths of one demo platform, all derived from its data directory."""

    data_dir: Path

    @classmethod
    def at(cls, data_dir: Path) -> "Layout":
        """Return the layout below a data directory, made absolute."""
        return cls(data_dir=data_dir.expanduser().resolve())

    @property
    def root(self) -> Path:
        """The folder that belongs to the demo alone."""
        return self.data_dir / "demo"

    @property
    def state(self) -> Path:
        """Written by the supervisor: ports, processes, faults that are in effect."""
        return self.root / "state.json"

    @property
    def switches(self) -> Path:
        """Written by `break` and `repair`: the faults that are wanted."""
        return self.root / "faults.json"

    @property
    def lock(self) -> Path:
        """Held by the running supervisor."""
        return self.root / "run.lock"

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.root / "logs"

    @property
    def ledger(self) -> Path:
        """The folder of the database server, owned by the user it runs as."""
        return self.root / "ledger"

    @property
    def ledger_password(self) -> Path:
        """The password of the ordinary database role."""
        return self.root / "ledger-password"

    @property
    def webhook_secret(self) -> Path:
        """The secret that the monitor signs with and the receiver verifies with."""
        return self.root / "webhook-secret"

    @property
    def webhooks(self) -> Path:
        """Every webhook that arrived, one JSON object per line."""
        return self.root / "webhooks.jsonl"

    @property
    def mail(self) -> Path:
        """The folder of the messages that subscribers were sent."""
        return self.root / "mail"

    @property
    def token(self) -> Path:
        """The bearer token of the monitor's operations API."""
        return self.data_dir / "token"
