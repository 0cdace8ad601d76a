"""Small histories of our own, in the shapes that are replayed."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.backtest.history import History
from monitor.backtest.labels import load_labels
from monitor.backtest.mode import Mode
from monitor.backtest.run import reports_of
from monitor.model.check import Check
from monitor.model.codec import format_time, to_json
from monitor.model.configuration import Configuration
from monitor.model.observation import Observation, Outcome
from monitor.model.platform import Component, ComponentKind, Dependency, Platform, Service
from monitor.publish.notices.rehearsal import Rehearsal

START = datetime(2026, 1, 10, tzinfo=UTC)
HEADER = "timestamp,site,status,http_code,latency_ms,url"
WORDS = {"o": ("up", 200), "f": ("down", 503), "0": ("down", 0), "d": ("degraded", 200)}


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def stamp(minutes: float) -> str:
    return f"{at(minutes):%Y-%m-%dT%H:%M:%SZ}"


def minutely(**sites: str) -> list[str]:
    """Return rows of a run per minute: a letter each, a space where there was none."""
    longest = max(map(len, sites.values()))
    rows = []
    for minute in range(longest):
        for site, letters in sites.items():
            letter = letters[minute : minute + 1].strip()
            if letter:
                word, code = WORDS[letter]
                rows.append(f"{stamp(minute)},{site.replace('_', ' ')},{word},{code},120,x")
    return rows


def write(path: Path, rows: Iterable[str], header: str = HEADER) -> Path:
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def observed(path: Path, check: str, outcomes: str) -> Path:
    """Write a run per minute as JSON Lines of observations."""
    words = {"o": Outcome.OK, "f": Outcome.FAILED, "d": Outcome.DEGRADED, "m": Outcome.MISSED}
    lines = [
        json.dumps(
            to_json(
                Observation(
                    check=check, component=check, type="http", location="default",
                    scheduled_at=at(minute), started_at=at(minute), duration_seconds=0.2,
                    outcome=words[letter],
                )
            )
        )
        for minute, letter in enumerate(outcomes)
    ]  # fmt: skip
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def joined_platform() -> Configuration:
    """Return two sites that are checks of one origin."""
    origin = Component(name="origin", kind=ComponentKind.SERVER)
    service = Service(name="web", names={"en": "Web"}, depends_on=(Dependency(("origin",)),))
    checks = tuple(
        Check(name=name, type="http", component="origin", spec=None, interval_seconds=60.0)
        for name in ("site-a", "site-b")
    )
    return Configuration(
        platform=Platform(names={"en": "Joined"}),
        services=(service,),
        components=(origin,),
        checks=checks,
    )


def report(
    *paths: Path,
    mode: Mode = Mode.OBSERVATIONS,
    labels: Path | None = None,
    configuration: Configuration | None = None,
) -> Mapping[str, Any]:
    """Return the report of a backtest."""
    known = load_labels(labels) if labels else None
    (found,) = reports_of(History(paths), [("test", configuration)], mode, known, Rehearsal)
    return found


def spans(report: Mapping[str, Any]) -> list[tuple[str, str, str | None]]:
    """Return root, start and recovery of each incident."""
    return [
        (each["components"][0], each["started_at"], each["recovered_at"])
        for each in report["incidents"]
    ]


def text_of(minutes: float) -> str:
    return format_time(at(minutes))
