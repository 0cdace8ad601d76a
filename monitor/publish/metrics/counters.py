"""What the monitor counts as it happens: incidents, events, notices, deliveries and runs."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from monitor.model.batch import Batch
from monitor.model.cause import Cause
from monitor.model.events import EventType
from monitor.model.incident import Severity
from monitor.model.notice import NoticeKind
from monitor.model.observation import Observation, Outcome
from monitor.publish.deliveries.result import DeliveryResult
from monitor.publish.mail.ports import MailKind, MailResult

RUN_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class IncidentCounters:
    """Counts incidents and events from the batches of the engine."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._opened = Counter(
            "availability_incidents_opened_total",
            "Incidents that were opened, by the severity they had then.",
            ["severity"],
            registry=registry,
        )
        self._resolved = Counter(
            "availability_incidents_total",
            "Incidents that were resolved, by their final cause and severity.",
            ["cause", "severity"],
            registry=registry,
        )
        self._events = Counter(
            "availability_events_total",
            "Events by type; each is told to every receiver that asked for it.",
            ["type"],
            registry=registry,
        )
        for severity in Severity:
            self._opened.labels(severity)
            for cause in Cause:
                self._resolved.labels(cause, severity)
        for type_ in EventType:
            self._events.labels(type_)

    def count(self, batch: Batch) -> None:
        """Count what one step of the engine did; each batch once."""
        incidents = {each.id: each for each in batch.incidents}
        for event in batch.events:
            self._events.labels(event.type).inc()
            incident = incidents.get(event.subject)
            if incident is None:
                continue
            if event.type is EventType.INCIDENT_OPENED:
                self._opened.labels(incident.effective_severity).inc()
            elif event.type is EventType.INCIDENT_RESOLVED:
                labels = (incident.effective_cause, incident.effective_severity)
                self._resolved.labels(*labels).inc()


class NoticeCounters:
    """Counts notices per kind and locale."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._published = Counter(
            "availability_notices_published_total",
            "Notices that were published, by kind and locale.",
            ["kind", "locale"],
            registry=registry,
        )
        self._failed = Counter(
            "availability_notices_failed_total",
            "Notices that could not be rendered or stored, by kind.",
            ["kind"],
            registry=registry,
        )
        for kind in NoticeKind:
            self._failed.labels(kind)

    def prepare(self, locales: tuple[str, ...]) -> None:
        for kind in NoticeKind:
            for locale in locales:
                self._published.labels(kind, locale)

    def published(self, kind: str, locale: str) -> None:
        self._published.labels(kind, locale).inc()

    def failed(self, kind: str) -> None:
        self._failed.labels(kind).inc()


class DeliveryCounters:
    """Counts attempts to deliver, by what they did to the delivery."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._attempts = Counter(
            "availability_deliveries_total",
            "Attempts to deliver an event to a receiver, by what became of the delivery.",
            ["receiver", "result"],
            registry=registry,
        )

    def prepare(self, receiver: str) -> None:
        for result in DeliveryResult:
            self._attempts.labels(receiver, result)

    def count_delivery(self, receiver: str, result: DeliveryResult) -> None:
        self._attempts.labels(receiver, result).inc()


class BusinessCounters:
    """Counts the questions for the past of a business metric."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._asked = Counter(
            "availability_business_queries_total",
            "Times that the past of a business metric was asked for, by whether it could be read.",
            ["result"],
            registry=registry,
        )
        for result in ("ok", "failed"):
            self._asked.labels(result)

    def asked(self, *, ok: bool) -> None:
        self._asked.labels("ok" if ok else "failed").inc()


class MailCounters:
    """Counts messages to users; a label is never an address."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._mails = Counter(
            "availability_mails_total",
            "Attempts to hand a message to the mail server, by kind and by its answer.",
            ["kind", "result"],
            registry=registry,
        )
        for kind in MailKind:
            for result in MailResult:
                self._mails.labels(kind, result)

    def count_mail(self, kind: MailKind, result: MailResult) -> None:
        self._mails.labels(kind, result).inc()


class ProbeCounters:
    """Counts runs per type and location, never per check: those have their own families."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._runs = Counter(
            "availability_probes_total",
            "Runs of checks by outcome, missed ones included.",
            ["type", "location", "outcome"],
            registry=registry,
        )
        self._durations = Histogram(
            "availability_probe_type_duration_seconds",
            "How long the runs of all checks of a type took.",
            ["type", "location"],
            buckets=RUN_BUCKETS,
            registry=registry,
        )
        # A look-up by label values costs four times the counting itself.
        self._by_outcome: dict[tuple[str, str, Outcome], Counter] = {}
        self._by_type: dict[tuple[str, str], Histogram] = {}

    def prepare(self, type_: str, location: str) -> None:
        if (type_, location) not in self._by_type:
            self._by_type[type_, location] = self._durations.labels(type_, location)
            for outcome in Outcome:
                child = self._runs.labels(type_, location, outcome)
                self._by_outcome[type_, location, outcome] = child

    def observe(self, observation: Observation) -> None:
        type_, location = observation.type, observation.location
        self.prepare(type_, location)
        self._by_outcome[type_, location, observation.outcome].inc()
        if observation.outcome is not Outcome.MISSED:
            self._by_type[type_, location].observe(observation.duration_seconds)
