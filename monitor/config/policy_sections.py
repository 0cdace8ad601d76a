"""`recovery`, `maintenance` and `notices`: the operator's policies, with their defaults."""

from pydantic import Field

from monitor.config.durations import PositiveSeconds, Seconds
from monitor.config.gate_section import GateSection
from monitor.config.mail_section import MailSection
from monitor.config.section import LocalizedTexts, Section
from monitor.model.configuration import (
    MaintenancePolicy,
    NoticePolicy,
    UptimePolicy,
    WatchPolicy,
)


class RecoverySection(Section):
    """How long a recovery is watched before its incident is resolved."""

    clean_rounds: int = Field(default=3, ge=1)
    watch: Seconds = 300.0
    critical_watch: Seconds = 3600.0

    def value(self) -> WatchPolicy:
        return WatchPolicy(
            clean_rounds=self.clean_rounds,
            seconds=self.watch,
            critical_seconds=self.critical_watch,
        )


class MaintenanceSection(Section):
    """When a window completes, when it overruns, and how early users hear of it."""

    clean_rounds: int = Field(default=3, ge=1)
    overrun_grace: Seconds = 300.0
    minimum_lead: Seconds = 259_200.0
    reminder: Seconds = 86_400.0

    def value(self) -> MaintenancePolicy:
        return MaintenancePolicy(
            clean_rounds=self.clean_rounds,
            overrun_grace_seconds=self.overrun_grace,
            minimum_lead_seconds=self.minimum_lead,
            reminder_seconds=self.reminder,
        )


class UptimeSection(Section):
    """Whether planned maintenance counts as what it was, or on neither side of uptime."""

    count_maintenance: bool = False

    def value(self) -> UptimePolicy:
        return UptimePolicy(count_maintenance=self.count_maintenance)


class NoticeTexts(Section):
    """The operator's own sentences; without one a notice says nothing on the matter."""

    payments: LocalizedTexts = Field(default={})
    repayments: LocalizedTexts = Field(default={})
    anti_fraud: LocalizedTexts = Field(default={})
    merchants: LocalizedTexts = Field(default={})
    support: LocalizedTexts = Field(default={})


class NoticesSection(Section):
    """When notices go out without a person."""

    min_duration: Seconds = 60.0
    cause_confidence: float = Field(default=0.8, ge=0, le=1)
    update_every: PositiveSeconds = 1800.0
    first_word: PositiveSeconds = 300.0
    approve_within: PositiveSeconds = 1800.0
    gates: tuple[GateSection, ...] = Field(default=(), strict=False)
    templates: str = ""
    texts: NoticeTexts = NoticeTexts()
    mail: MailSection | None = None

    def value(self, time_zone: str) -> NoticePolicy:
        """Return the policy; quiet hours are those of *time_zone*."""
        texts = {key: text for key, text in self.texts if text}
        return NoticePolicy(
            min_duration_seconds=self.min_duration,
            cause_confidence=self.cause_confidence,
            update_every_seconds=self.update_every,
            first_word_seconds=self.first_word,
            approve_within_seconds=self.approve_within,
            templates_dir=self.templates,
            gates=tuple(each.value(time_zone) for each in self.gates),
            texts=texts,
        )
