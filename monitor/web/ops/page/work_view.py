"""What people did to an incident, and what can be done: rows and forms as the page shows them."""

from dataclasses import dataclass

from monitor.model.cause import Cause
from monitor.model.configuration import Configuration
from monitor.model.incident import Origin, Severity
from monitor.model.snapshot import Snapshot
from monitor.web.ops.backend import IncidentRecord
from monitor.web.ops.page.incident_view import IncidentView, incident_view
from monitor.web.ops.page.rows import CheckRow, check_row
from monitor.web.ops.page.wording import Wording, english
from monitor.web.ops.page.work_rows import DeadlineRow, MuteRow, deadline_rows, mute_row

CAUSES = tuple(each.value for each in Cause if each is not Cause.MONITOR_FAULT)
SEVERITIES = tuple(each.value for each in Severity)
IMPACTS = ("operational", "degraded", "partial_outage", "major_outage")
FACTS = (
    ("rule", "Rule"),
    ("change", "What changes"),
    ("existing", "Existing business"),
    ("action", "What users may do"),
    ("scope", "Whom it concerns"),
)
MUTE_SPANS = (
    ("1800", "30 minutes"),
    ("7200", "2 hours"),
    ("28800", "8 hours"),
    ("86400", "1 day"),
    ("604800", "7 days"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """The forms of one incident."""

    head: IncidentView
    can_resolve: bool
    can_acknowledge: bool
    is_overridden: bool
    causes: tuple[str, ...]
    severities: tuple[str, ...]
    deadlines: tuple[DeadlineRow, ...]
    public: tuple[tuple[str, str], ...]
    internal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningView:
    """The form that opens an incident; services and components as name and title."""

    services: tuple[tuple[str, str], ...]
    components: tuple[tuple[str, str], ...]
    causes: tuple[str, ...]
    severities: tuple[str, ...]
    impacts: tuple[str, ...]
    locales: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """One check, and whether it is muted."""

    row: CheckRow
    mute: MuteRow | None
    spans: tuple[tuple[str, str], ...] = MUTE_SPANS


def work_view(record: IncidentRecord, configuration: Configuration, wording: Wording) -> WorkView:
    """Return what can be done to an incident."""
    incident = record.incident
    account = incident.postmortem
    public = account.public if account else {}
    return WorkView(
        head=incident_view(incident, configuration, wording),
        can_resolve=incident.origin is Origin.PERSON and not incident.status.is_ended,
        can_acknowledge=incident.acknowledged_at is None and not incident.status.is_ended,
        is_overridden=incident.override is not None,
        causes=CAUSES,
        severities=SEVERITIES,
        deadlines=deadline_rows(record.due, wording),
        public=tuple((each, public.get(each, "")) for each in configuration.platform.locales),
        internal=account.internal if account else "",
    )


def opening_view(configuration: Configuration) -> OpeningView:
    """Return the names that an incident can be about."""
    return OpeningView(
        services=tuple(
            (each.name, english(each.names, each.name)) for each in configuration.services
        ),
        components=tuple(
            (each.name, english(each.names, each.name)) for each in configuration.components
        ),
        causes=CAUSES,
        severities=SEVERITIES,
        impacts=IMPACTS,
        locales=configuration.platform.locales,
        facts=FACTS,
        zone=configuration.platform.time_zone,
    )


def check_view(snapshot: Snapshot, name: str, wording: Wording) -> CheckView | None:
    """Return one check, or None where there is none of that name."""
    check = snapshot.checks.get(name)
    if check is None:
        return None
    state = snapshot.check_states.get(name)
    mute = state.mute if state is not None and state.is_muted else None
    return CheckView(
        row=check_row(snapshot, check, wording),
        mute=mute_row(name, mute, wording) if mute else None,
    )
