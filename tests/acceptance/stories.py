"""What a person does and sees: a fault is switched on, watched, repaired and watched again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.acceptance.page_watch import PageWatch
from tests.acceptance.stand import Stand, time_of

# Of the demo: how long a disruption lasts before users are told, unless it is critical.
MIN_DURATION = timedelta(seconds=10)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a fault of the demo must lead to."""

    cause: str
    component: str
    services: frozenset[str]
    status: str
    signals: frozenset[str]


ALL = frozenset({"credit-pay", "cash-loans", "repayment", "checkout"})

EXPECTED = {
    "database-down": Expected(
        cause="database_anomaly",
        component="ledger",
        services=ALL,
        status="major_outage",
        signals=frozenset({"failure_kind", "errno", "sqlstate"}),
    ),
    "database-locked": Expected(
        cause="database_anomaly",
        component="ledger",
        services=ALL,
        status="major_outage",
        signals=frozenset({"lock_waiters", "failure_kind", "sqlstate"}),
    ),
    "overload": Expected(
        cause="server_overload",
        component="gateway",
        services=ALL,
        status="major_outage",
        signals=frozenset({"saturation_ratio", "shed_ratio", "queue_depth", "latency_seconds"}),
    ),
    "third-party-down": Expected(
        cause="third_party_interface",
        component="bank-a",
        services=frozenset({"checkout"}),
        status="degraded",
        signals=frozenset({"http_status", "provider_code"}),
    ),
    "bad-deploy": Expected(
        cause="application_fault",
        component="gateway",
        services=ALL,
        status="major_outage",
        signals=frozenset({"change"}),
    ),
}


@dataclass(kw_only=True)
class Seen:
    """What was seen of one fault from outside, from breaking it to its end."""

    broken_at: datetime
    shown_at: datetime | None = None
    repaired_at: datetime | None = None
    opened: dict[str, Any] = field(default_factory=dict)
    diagnosed: dict[str, Any] = field(default_factory=dict)
    resolved: dict[str, Any] = field(default_factory=dict)
    open_metric: float | None = None
    statuses: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    recovery_pages: dict[str, str] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)
    feed: str = ""
    notices: list[dict[str, Any]] = field(default_factory=list)
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    all_incidents: list[dict[str, Any]] = field(default_factory=list)

    @property
    def gate_to_page(self) -> float | None:
        """Seconds from the moment the first notice might be published to its being seen.

        None also where the incident became worse meanwhile: then the gate opened at that moment.
        """
        if self.shown_at is None or not self.resolved:
            return None
        if self.resolved["severity"] != self.opened["severity"]:
            return None
        gate = time_of(self.resolved["confirmed_at"])
        if self.opened["severity"] != "critical":
            gate = max(gate, time_of(self.resolved["started_at"]) + MIN_DURATION)
        return (self.shown_at - gate).total_seconds()


def break_and_repair(stand: Stand, fault: str) -> Seen:
    """Switch *fault* on and off again, and note what the world sees meanwhile."""
    known = {each["id"] for each in stand.incidents()}
    seen = Seen(broken_at=datetime.now(UTC))

    def fresh() -> list[dict[str, Any]]:
        return [each for each in stand.incidents() if each["id"] not in known]

    def current() -> dict[str, Any]:
        return next(each for each in stand.incidents() if each["id"] == identity)

    with PageWatch(lambda: stand.public("/?lang=en")) as watch:
        stand.cli("demo", "break", fault)
        seen.opened = stand.wait(fresh, f"an incident of {fault}")[0]
        identity = seen.opened["id"]
        _await_word(stand, fault, current)
        _look(stand, seen, current())
    seen.shown_at = watch.first_seen[identity]
    seen.repaired_at = datetime.now(UTC)
    stand.cli("demo", "repair", fault)
    _await_end(stand, identity, lambda: str(current()["status"]))
    _look_back(stand, seen, current())
    seen.all_incidents = fresh()
    return seen


def _await_word(stand: Stand, fault: str, current: Callable[[], dict[str, Any]]) -> None:
    """Wait for the cause of *fault*, and for the first notice."""
    expected = EXPECTED[fault]
    stand.wait(
        lambda: current()["cause"] == expected.cause and current()["confidence"] >= 0.8,
        f"the cause of {fault}",
    )
    stand.wait(lambda: stand.notices(current()["id"]), "the notice of disruption")


def _await_end(stand: Stand, identity: str, status: Callable[[], str]) -> None:
    """Wait for the recovery, the end of the watch, and the notice that tells it."""
    stand.wait(lambda: status() in ("monitoring", "resolved"), "recovery")
    stand.wait(lambda: status() == "resolved", "the end of the watch")
    stand.wait(lambda: stand.notices(identity)[-1]["kind"] == "recovery", "recovery notice")


def _look(stand: Stand, seen: Seen, incident: dict[str, Any]) -> None:
    """Note what is seen while the fault lasts."""
    seen.diagnosed = incident
    labels = f'cause="{incident["cause"]}",severity="{incident["severity"]}"'
    seen.open_metric = stand.metric(f"availability_incidents_open{{{labels}}}")
    seen.statuses = {name: stand.service_status(name) for name in sorted(ALL)}
    place = f"/incidents/{incident['id']}"

    def page_shows_it() -> bool:
        seen.pages = {lang: stand.public(f"/?lang={lang}").text for lang in ("zh-CN", "en")}
        return all(place in page for page in seen.pages.values())

    stand.wait(page_shows_it, "the notice on the page")
    seen.feed = stand.public("/feed.atom").text
    seen.summary = stand.public("/api/v2/summary.json").json()


def _look_back(stand: Stand, seen: Seen, incident: dict[str, Any]) -> None:
    """Note what is left when it is over."""
    seen.resolved = incident
    identity = incident["id"]
    stand.wait(
        lambda: any(
            each["type"] == "incident.resolved" and each["body"]["data"]["id"] == identity
            for each in stand.webhooks()
        ),
        "the webhook of the end",
    )
    seen.webhooks = [
        each for each in stand.webhooks() if each["body"]["data"].get("id") == identity
    ]
    seen.notices = stand.notices(identity)
    subject = seen.notices[-1]["texts"]

    def page_shows_it() -> bool:
        seen.recovery_pages = {
            lang: stand.public(f"/incidents/{identity}?lang={lang}").text
            for lang in ("zh-CN", "en")
        }
        return all(subject[lang]["subject"] in page for lang, page in seen.recovery_pages.items())

    stand.wait(page_shows_it, "the recovery notice on its page")


@dataclass(kw_only=True)
class SeenWindow:
    """What was seen of one planned maintenance."""

    window: dict[str, Any] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    page: str = ""
    incidents: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    overrun: dict[str, Any] = field(default_factory=dict)


def plan_and_finish(stand: Stand, *, in_time: bool) -> SeenWindow:
    """Run the demo's planned maintenance; repair it in time, or only after it has overrun."""
    known = {each["id"] for each in stand.incidents()}
    windows = {each["id"] for each in stand.get("/api/v1/maintenance").json()}
    seen = SeenWindow()
    stand.cli("demo", "break", "planned-maintenance")

    def current() -> dict[str, Any]:
        found = stand.get("/api/v1/maintenance").json()
        return next(each for each in found if each["id"] not in windows)

    def fresh() -> list[dict[str, Any]]:
        return [each for each in stand.incidents() if each["id"] not in known]

    stand.wait(lambda: current()["status"] == "in_progress", "the start")
    identity = current()["id"]
    _await_notice(stand, identity, "maintenance_started")
    stand.wait(lambda: stand.service_status("checkout") == "maintenance", "the status")
    seen.statuses = {name: stand.service_status(name) for name in sorted(ALL)}
    seen.page = stand.public("/?lang=zh-CN").text
    if not in_time:
        stand.wait(lambda: current()["status"] == "overrunning", "the overrun")
        seen.overrun = stand.wait(fresh, "the incident of the overrun")[0]
        _await_notice(stand, identity, "maintenance_overrunning")
    stand.cli("demo", "repair", "planned-maintenance")
    stand.wait(lambda: current()["status"] == "completed", "completion")
    _await_notice(stand, identity, "maintenance_completed")
    if not in_time:
        stand.wait(lambda: all(each["status"] == "resolved" for each in fresh()), "the end")
    seen.window = current()
    seen.incidents = fresh()
    seen.notices = stand.notices(identity)
    ids = {identity, *(each["id"] for each in seen.incidents)}
    seen.webhooks = [each for each in stand.webhooks() if each["body"]["data"].get("id") in ids]
    return seen


def _await_notice(stand: Stand, subject: str, kind: str) -> None:
    """Wait until the last notice about *subject* is of *kind*."""
    stand.wait(lambda: stand.notices(subject)[-1]["kind"] == kind, kind)
