"""The note in DATA_DIR by which the command line finds a running monitor."""

import json
import os
from datetime import datetime
from pathlib import Path

from monitor.model.configuration import Configuration

NAME = "monitor.json"


def leave_note(configuration: Configuration, started_at: datetime, templates: Path | None) -> None:
    """Write where the monitor listens, since when, and which templates of the operator it uses."""
    listeners = configuration.listeners
    note = {
        "operations_url": _url(listeners.operations_host, listeners.operations_port),
        "public_url": _url(listeners.public_host, listeners.public_port),
        "pid": os.getpid(),
        "templates": str(templates.resolve()) if templates else "",
        "started_at": started_at.isoformat(),
    }
    place = Path(configuration.store.data_dir) / NAME
    draft = place.with_suffix(".json.new")
    draft.write_text(json.dumps(note), encoding="utf-8")
    draft.replace(place)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
