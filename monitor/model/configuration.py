"""A whole configuration as one value: what `config` loads and everything else is built from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.model.check import Check
from monitor.model.gates import Gate
from monitor.model.graph import Graph
from monitor.model.incident import Severity
from monitor.model.mail import MailPolicy
from monitor.model.maintenance import Window
from monitor.model.platform import Component, LocalizedText, Platform, Service
from monitor.model.reporting import ReportDeadline
from monitor.model.series import Series


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPolicy:
    """How long recovery is watched before an incident is resolved."""

    clean_rounds: int = 3
    seconds: float = 300.0
    critical_seconds: float = 3600.0

    def seconds_for(self, severity: Severity) -> float:
        """Return the watch time of an incident of *severity*."""
        return self.critical_seconds if severity is Severity.CRITICAL else self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenancePolicy:
    """When a window completes, when it overruns, and how early users hear of it.

    *reminder_seconds* before the start users are reminded, where they were told earlier; 0 never.
    """

    clean_rounds: int = 3
    overrun_grace_seconds: float = 300.0
    minimum_lead_seconds: float = 259_200.0
    reminder_seconds: float = 86_400.0

    def lead_warning(self, window: Window) -> str:
        """Return what to tell who plans *window* too late for its users, or nothing."""
        told_at = window.announced_at or window.approved_at or window.created_at
        seconds = (window.start - told_at).total_seconds()
        lead = window.lead_seconds
        return self.short_lead(seconds if lead is None else min(seconds, lead))

    def short_lead(self, seconds: float) -> str:
        """Return what to tell who gives users only so much notice, or nothing."""
        if seconds >= self.minimum_lead_seconds - LEAD_TOLERANCE_SECONDS:
            return ""
        return (
            f"users hear of it {span_words(seconds)} before it begins;"
            f" the platform's minimum is {span_words(self.minimum_lead_seconds)}"
        )


# A window planned "in three days" was typed some moments ago.
LEAD_TOLERANCE_SECONDS = 60.0


def span_words(seconds: float) -> str:
    """Return a span as people say it, in its largest whole unit."""
    for unit, length in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length:g} {unit}"
    return f"{max(0.0, seconds):.0f} seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePolicy:
    """When notices go out without a person.

    *texts* are the operator's own sentences per key and locale (`payments`, `repayments`). *gates*
    are asked in order, before those built in. Users have the first word *first_word_seconds* after
    the confirmation at the latest; what waits for a person expires after *approve_within_seconds*.
    *templates_dir* is the operator's own folder of templates, empty for none.
    """

    min_duration_seconds: float = 60.0
    cause_confidence: float = 0.8
    update_every_seconds: float = 1800.0
    first_word_seconds: float = 300.0
    approve_within_seconds: float = 1800.0
    gates: tuple[Gate, ...] = ()
    templates_dir: str = ""
    texts: Mapping[str, LocalizedText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class UptimePolicy:
    """Whether maintenance within its plan counts as the time it was, or on neither side."""

    count_maintenance: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverConfig:
    """A receiver of alerts; *spec* is the frozen spec of its channel type.

    *events* are prefixes such as `incident.`; empty means the default set of its channel.
    """

    name: str
    type: str
    spec: object
    on_call: bool = True
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """Where the two listeners bind."""

    public_host: str = "127.0.0.1"
    public_port: int = 8080
    operations_host: str = "127.0.0.1"
    operations_port: int = 9464


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreConfig:
    """Where state lives: *url* empty means SQLite in *data_dir*."""

    data_dir: str = "var"
    url: str = ""
    keep_days: int = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """One validated configuration; *warnings* are `file:line: key: text` lines.

    *static_dir* is the folder that the public face is written to, empty for none.
    """

    platform: Platform
    services: tuple[Service, ...]
    components: tuple[Component, ...]
    checks: tuple[Check, ...]
    receivers: tuple[ReceiverConfig, ...] = ()
    watch: WatchPolicy = WatchPolicy()
    maintenance: MaintenancePolicy = MaintenancePolicy()
    notices: NoticePolicy = NoticePolicy()
    uptime: UptimePolicy = UptimePolicy()
    calendar: tuple[Series, ...] = ()
    report_deadlines: tuple[ReportDeadline, ...] = ()
    mail: MailPolicy | None = None
    listeners: Listeners = Listeners()
    store: StoreConfig = StoreConfig()
    max_in_flight: int = 0
    reload_on_change: bool = True
    static_dir: str = ""
    warnings: tuple[str, ...] = ()

    def graph(self) -> Graph:
        """Return the dependency graph of components and services."""
        return Graph(self.components, self.services)
