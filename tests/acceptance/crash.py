"""A stand whose monitor is killed again and again, and the story of thirty crashes."""

import asyncio
import json
import random
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.clock import SystemClock
from monitor.model.status import Status
from monitor.storage.store import open_store
from tests.acceptance.stand import MONITOR, ROOT, Stand, time_of

KILLS = 30
REPAIR_AFTER = 20


class CrashStand(Stand):
    """A stand whose monitor the test runs itself, to kill it as often as it likes."""

    program = ("-m", "monitor.demo.run", "--demo-only")

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self._monitor: subprocess.Popen[bytes] | None = None
        self._died_at: datetime | None = None
        self.dead = timedelta(0)

    def is_ready(self) -> bool:
        """Whether the demo answers; there is no monitor yet."""
        with suppress(FileNotFoundError, json.JSONDecodeError):
            state = json.loads((self.data_dir / "demo" / "state.json").read_text())
            return bool(state["ready"])
        return False

    def revive(self) -> None:
        """Start the monitor, unless it runs."""
        if self._monitor is not None:
            return
        if self._died_at is not None:
            self.dead += datetime.now(UTC) - self._died_at
        state = json.loads((self.data_dir / "demo" / "state.json").read_text())
        with (self.data_dir / "monitor.log").open("ab") as log:
            self._monitor = subprocess.Popen(
                [MONITOR, "run", "-c", "checks/demo/monitor.yml"],
                cwd=ROOT,
                env={**self.environment, **state["environment"]},
                stdout=log,
                stderr=log,
            )

    def live_for(self, seconds: float) -> None:
        """Let the monitor run for so long; it must not end by itself."""
        self.revive()
        assert self._monitor is not None
        with suppress(subprocess.TimeoutExpired):
            code = self._monitor.wait(timeout=seconds)
            raise AssertionError(f"ended with {code}: {self._log()}")

    def crash(self) -> None:
        """Kill the monitor as a power failure would."""
        assert self._monitor is not None
        self._monitor.kill()
        self._monitor.wait()
        self._monitor = None
        self._died_at = datetime.now(UTC)

    def stop(self) -> int:
        """End the monitor in order, and the demo."""
        if self._monitor is not None:
            self._monitor.terminate()
            self._monitor.wait(timeout=30)
            self._monitor = None
        return super().stop()

    def _log(self) -> str:
        return (self.data_dir / "monitor.log").read_text()[-3000:]


def crash_often(stand: Stand) -> int:
    """Break, crash, repair, crash on, and check what is left; return how often it crashed."""
    assert isinstance(stand, CrashStand)
    rng = random.Random(20260110)
    stand.revive()
    stand.wait(lambda: stand.get("/readyz").is_success, "the monitor")
    began = datetime.now(UTC)
    stand.cli("demo", "break", "database-down")
    for number in range(KILLS):
        if number == REPAIR_AFTER:
            stand.revive()
            stand.wait(stand.incidents, "the incident, before the repair")
            stand.cli("demo", "repair", "database-down")
        stand.live_for(rng.uniform(0.2, 3.0))
        stand.crash()
    stand.revive()
    _follow_to_the_end(stand)
    _check_story(stand)
    stand.stop()
    _check_dead_time(stand, began)
    return KILLS


def _follow_to_the_end(stand: CrashStand) -> None:
    stand.wait(lambda: stand.incidents()[0]["status"] == "resolved", "the end")
    identity = stand.incidents()[0]["id"]
    stand.wait(lambda: stand.notices(identity)[-1]["kind"] == "recovery", "its notice")
    events = stand.get(f"/api/v1/incidents/{identity}").json()["events"]
    types = sorted(each["type"] for each in events)
    try:
        stand.wait(lambda: sorted(_told(stand)) == types, "every webhook")
    except AssertionError as error:
        states = stand.get("/api/v1/deliveries?limit=200").json()
        raise AssertionError(f"told {_told(stand)} of {types}: {states}") from error


def _told(stand: CrashStand) -> list[str]:
    """Return the types of the incident's webhooks by first arrival, one per id."""
    arrived: dict[str, str] = {}
    for each in stand.webhooks():
        if each["type"].startswith("incident."):
            assert arrived.setdefault(each["id"], each["type"]) == each["type"]
    return list(arrived.values())


def _check_story(stand: CrashStand) -> None:
    (incident,) = stand.incidents()
    kinds = [each["kind"] for each in stand.notices(incident["id"])]
    assert kinds.count("disruption") == 1
    assert kinds.count("recovery") == 1
    assert time_of(incident["recovered_at"]) > time_of(incident["started_at"])

    told = _told(stand)
    events = stand.get(f"/api/v1/incidents/{incident['id']}").json()["events"]
    assert sorted(told) == sorted(each["type"] for each in events)
    assert told[0] == "incident.opened"
    assert told[-1] == "incident.resolved"
    assert told.count("incident.opened") == told.count("incident.resolved") == 1


def _check_dead_time(stand: CrashStand, began: datetime) -> None:
    store = open_store("", stand.data_dir, SystemClock())

    async def unknown_seconds() -> float:
        try:
            time = await store.uptime("checkout", began, datetime.now(UTC))
        finally:
            await store.close()
        return time.seconds.get(Status.UNKNOWN, 0.0)

    unknown = asyncio.run(unknown_seconds())
    # A start takes its time before the first sign of life, and each life ends between two.
    assert unknown >= stand.dead.total_seconds()
