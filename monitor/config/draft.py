"""A configuration whose parts are valid each on its own, with the places they stand at."""

from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from monitor.config.calendar_section import CalendarSection
from monitor.config.check_section import CheckSection, DefaultsSection
from monitor.config.component_section import ComponentSection
from monitor.config.entries import (
    Found,
    Specs,
    Typed,
    Values,
    mapping_at,
    plain_entries,
    typed_entries,
)
from monitor.config.outline import Outline
from monitor.config.platform_section import PlatformSection
from monitor.config.policy_sections import (
    MaintenanceSection,
    NoticesSection,
    RecoverySection,
    UptimeSection,
)
from monitor.config.reader import Reader
from monitor.config.receiver_section import ReceiverSection
from monitor.config.report_section import ReportDeadlineSection, read_deadlines
from monitor.config.section import Section
from monitor.config.service_section import ServiceSection
from monitor.config.setting_sections import (
    LimitsSection,
    ListenersSection,
    PublishSection,
    ReloadSection,
    StoreSection,
)
from monitor.config.validation import validate

S = TypeVar("S", bound=Section)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All parts that are valid; those that are not have left their problems with the reader."""

    outline: Outline
    platform: PlatformSection | None
    services: dict[str, Found[ServiceSection]]
    components: dict[str, Found[ComponentSection]]
    checks: dict[str, Typed[CheckSection]]
    receivers: dict[str, Typed[ReceiverSection]]
    calendar: dict[str, Found[CalendarSection]]
    defaults: DefaultsSection
    recovery: RecoverySection
    maintenance: MaintenanceSection
    notices: NoticesSection
    uptime: UptimeSection
    listeners: ListenersSection
    store: StoreSection
    limits: LimitsSection
    publish: PublishSection
    reload: ReloadSection
    report_deadlines: tuple[ReportDeadlineSection, ...]


def make_draft(outline: Outline, reader: Reader, probe_specs: Specs, channel_specs: Specs) -> Draft:
    """Validate every section and entry on its own."""
    named = outline.named
    single = partial(_section, outline, reader)
    defaults = single("defaults", DefaultsSection())
    inherit = partial(_inherit, defaults.model_dump(mode="json"))
    return Draft(
        outline=outline,
        platform=_platform(outline, reader),
        services=plain_entries(ServiceSection, named["services"], reader),
        components=plain_entries(ComponentSection, named["components"], reader),
        checks=typed_entries(CheckSection, named["checks"], probe_specs, reader, inherit),
        receivers=typed_entries(ReceiverSection, named["receivers"], channel_specs, reader),
        calendar=plain_entries(CalendarSection, named["calendar"], reader),
        defaults=defaults,
        recovery=single("recovery", RecoverySection()),
        maintenance=single("maintenance", MaintenanceSection()),
        notices=single("notices", NoticesSection()),
        uptime=single("uptime", UptimeSection()),
        listeners=single("listeners", ListenersSection()),
        store=single("store", StoreSection()),
        limits=single("limits", LimitsSection()),
        publish=single("publish", PublishSection()),
        reload=single("reload", ReloadSection()),
        report_deadlines=read_deadlines(outline.single.get("report_deadlines"), reader),
    )


def _platform(outline: Outline, reader: Reader) -> PlatformSection | None:
    place = outline.single.get("platform")
    if place is None:
        reader.problems.append(outline.top.problem("required key is missing", "platform"))
        return None
    values = mapping_at(place, reader)
    return None if values is None else validate(PlatformSection, values, place, reader)


def _section(outline: Outline, reader: Reader, key: str, default: S) -> S:
    place = outline.single.get(key)
    values = None if place is None else mapping_at(place, reader)
    if place is None or values is None:
        return default
    return validate(type(default), values, place, reader) or default


def _inherit(defaults: Values, own: Values) -> Values:
    confirmation = own.get("confirmation", {})
    if isinstance(confirmation, dict):
        confirmation = defaults["confirmation"] | confirmation
    return defaults | own | {"confirmation": confirmation}
