"""What a person sees of graph, calendar and the monitor's own network, on a small platform."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.acceptance.board import PARTS, SERVICES, BoardStand
from tests.acceptance.stand import time_of

ROUND = timedelta(seconds=1)

Incident = dict[str, Any]


@dataclass(kw_only=True)
class SeenFamily:
    """A parent that failed with its child, and the child that stayed behind."""

    first: Incident = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    at_once: list[Incident] = field(default_factory=list)
    second: Incident = field(default_factory=dict)
    incidents: list[Incident] = field(default_factory=list)
    webhooks: list[dict[str, Any]] = field(default_factory=list)


@dataclass(kw_only=True)
class SeenWork:
    """A window that ended before its time, or held blips and something that is none of its."""

    proposed: dict[str, Any] = field(default_factory=dict)
    window: dict[str, Any] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    after_blip: list[Incident] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)


@dataclass(kw_only=True)
class SeenIsolation:
    """A monitor without a network, and with one again."""

    statuses: dict[str, str] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    afterwards: dict[str, str] = field(default_factory=dict)
    faults_afterwards: list[dict[str, Any]] = field(default_factory=list)


def lose_parent(stand: BoardStand) -> SeenFamily:
    """Break the store and the shop, repair only the store, and then the shop."""
    seen = SeenFamily()
    fresh = _fresh(stand)
    heard = len(stand.webhooks())
    stand.break_("store", "shop")
    stand.wait(
        lambda: any(set(each["services"]) == set(SERVICES) for each in fresh()), "the impact"
    )
    stand.wait(lambda: len(fresh()[0]["components"]) == 2, "the child as a member")
    seen.statuses = _statuses(stand)
    seen.at_once = fresh()
    seen.first = seen.at_once[0]
    stand.repair("store")
    follower = stand.wait(
        lambda: [each for each in fresh() if each["follows"]], "an incident that follows"
    )[0]
    stand.repair("shop")
    _await_end(stand, fresh)
    seen.incidents = fresh()
    seen.second = next(each for each in seen.incidents if each["id"] == follower["id"])
    seen.webhooks = stand.webhooks()[heard:]
    return seen


def finish_early(stand: BoardStand) -> SeenWork:
    """Plan a window of minutes, work within it, and confirm what green probes propose."""
    seen = SeenWork()
    fresh = _fresh(stand)
    current = _plan(stand, "--expected", "full")
    stand.break_("shop")
    stand.wait(lambda: _observed(stand, "pay") == "major_outage", "the work")
    seen.statuses = _statuses(stand)
    stand.repair("shop")
    stand.wait(lambda: current()["proposed_at"], "the proposal")
    seen.proposed = current()
    stand.cli("maintenance", "complete", seen.proposed["id"], "--by", "ann")
    _await_completion(stand, seen, current)
    seen.incidents = fresh()
    return seen


def blink(stand: BoardStand) -> SeenWork:
    """Plan blips, have one, and let something else fail that nobody planned."""
    seen = SeenWork()
    fresh = _fresh(stand)
    current = _plan(stand, "--expected", "blips:2x60s")
    stand.break_("shop")
    stand.wait(lambda: _observed(stand, "pay") == "major_outage", "the blip")
    stand.repair("shop")
    stand.wait(lambda: _observed(stand, "pay") == "operational", "the end of the blip")
    seen.after_blip = fresh()
    stand.break_("mailer")
    stand.wait(lambda: fresh() and fresh()[0]["services"], "the incident of the mailer")
    seen.statuses = _statuses(stand)
    stand.repair("mailer")
    _await_end(stand, fresh)
    stand.cli("maintenance", "complete", current()["id"], "--by", "ann")
    _await_completion(stand, seen, current)
    seen.incidents = fresh()
    return seen


def lose_network(stand: BoardStand) -> SeenIsolation:
    """Take the monitor's network away, and give it back."""
    seen = SeenIsolation()
    fresh = _fresh(stand)
    told, heard = len(stand.notices()), len(stand.webhooks())

    def faults() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = stand.get("/api/v1/status").json()["faults"]
        return found

    with stand.cut_off():
        seen.faults = stand.wait(faults, "the fault of the monitor")
        stand.wait(lambda: set(_statuses(stand).values()) == {"unknown"}, "no data")
        # Rounds enough for everything to be confirmed, if it were to be.
        since = _last_run(stand)
        stand.wait(lambda: _last_run(stand) - since > 4 * ROUND, "four rounds more")
        seen.statuses = _statuses(stand)
    stand.wait(lambda: set(_statuses(stand).values()) == {"operational"}, "the right state again")
    seen.afterwards = _statuses(stand)
    seen.faults_afterwards = faults()
    stand.wait(
        lambda: any(each["type"] == "monitor.cleared" for each in stand.webhooks()[heard:]),
        "the webhook that it is over",
    )
    seen.incidents = fresh()
    seen.notices = stand.notices()[told:]
    seen.webhooks = stand.webhooks()[heard:]
    return seen


def _plan(stand: BoardStand, *options: str) -> Callable[[], dict[str, Any]]:
    """Plan a window of three minutes for the four services and wait until it has begun."""
    named = [word for name in SERVICES for word in ("--service", name)]
    window = stand.cli(
        "maintenance", "schedule", "--start", "+2s", "--end", "+3m", *named, *options
    )

    def current() -> dict[str, Any]:
        found = stand.get("/api/v1/maintenance").json()
        return next(each for each in found if each["id"] == window["id"])

    stand.wait(lambda: current()["status"] == "in_progress", "the start")
    return current


def _await_completion(
    stand: BoardStand, seen: SeenWork, current: Callable[[], dict[str, Any]]
) -> None:
    stand.wait(lambda: current()["status"] == "completed", "completion")
    seen.window = current()
    key = seen.window["id"]
    stand.wait(lambda: stand.notices(key)[-1]["kind"] == "maintenance_completed", "its notice")
    stand.wait(lambda: set(_statuses(stand).values()) == {"operational"}, "all services working")
    seen.notices = stand.notices(key)


def _await_end(stand: BoardStand, fresh: Callable[[], list[Incident]]) -> None:
    stand.wait(lambda: all(each["status"] == "resolved" for each in fresh()), "the end")
    ended = {each["id"] for each in fresh()}
    stand.wait(
        lambda: (
            ended
            <= {
                each["body"]["data"]["id"]
                for each in stand.webhooks()
                if each["type"] == "incident.resolved"
            }
        ),
        "the webhooks of the end",
    )


def _fresh(stand: BoardStand) -> Callable[[], list[Incident]]:
    """Return a question for the incidents that were not there before, the oldest first."""
    known = {each["id"] for each in stand.incidents()}
    return lambda: [each for each in reversed(stand.incidents()) if each["id"] not in known]


def _statuses(stand: BoardStand) -> dict[str, str]:
    services = stand.get("/api/v1/status").json()["services"]
    return {each["name"]: str(each["displayed"]) for each in services}


def _observed(stand: BoardStand, name: str) -> str:
    services = stand.get("/api/v1/status").json()["services"]
    return next(str(each["observed"]) for each in services if each["name"] == name)


def _last_run(stand: BoardStand) -> datetime:
    """Return when the part that was probed longest ago was probed."""
    checks = stand.get("/api/v1/status").json()["checks"]
    return min(time_of(each["last"]["started_at"]) for each in checks if each["name"] in PARTS)
