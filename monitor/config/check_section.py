"""`checks` and `defaults`: the keys that every check has, whatever its type."""

from pydantic import BaseModel, Field

from monitor.config.durations import PositiveSeconds, Seconds
from monitor.config.section import Name, Section
from monitor.model.check import Check, Confirmation


class ConfirmationSection(Section):
    """When a failure counts: `failures` of the last `window` attempts, ended by `recoveries`.

    `retry_after` is the pause before the one quick retry after a first failure; null for none.
    `flapping: false` turns the detection of flapping off. `grey_ratio` failures in the last
    `grey_window` runs degrade a check that never fails twice in a row; 0 turns that off.
    """

    failures: int = Field(default=2, ge=1)
    window: int = Field(default=3, ge=1)
    recoveries: int = Field(default=3, ge=1)
    retry_after: Seconds | None = 1.0
    flapping: bool = True
    grey_ratio: float = Field(default=0.2, ge=0, le=1)
    grey_window: int = Field(default=20, ge=2, le=200)

    def value(self, *, retries: bool) -> Confirmation:
        return Confirmation(
            failures=self.failures,
            window=self.window,
            recoveries=self.recoveries,
            retry_after_seconds=self.retry_after if retries else None,
            detect_flapping=self.flapping,
            grey_ratio=self.grey_ratio,
            grey_window=self.grey_window,
        )


class DefaultsSection(Section):
    """What a check takes where it says nothing itself."""

    interval: PositiveSeconds = Field(default=30.0, ge=0.1)
    timeout: PositiveSeconds = 10.0
    confirmation: ConfirmationSection = ConfirmationSection()

    @property
    def has_time_to_retry(self) -> bool:
        """Whether an attempt and its retry end before the next attempt is due."""
        pause = self.confirmation.retry_after
        return pause is None or 2 * self.timeout + pause <= self.interval


class CheckSection(DefaultsSection):
    """The common keys of a check; all its other keys belong to the spec of its type."""

    type: Name
    component: Name
    enabled: bool = True
    canary: bool = False

    def value(self, name: str, spec: BaseModel) -> Check:
        return Check(
            name=name,
            type=self.type,
            component=self.component,
            spec=spec,
            interval_seconds=self.interval,
            timeout_seconds=self.timeout,
            confirmation=self.confirmation.value(retries=self.has_time_to_retry),
            enabled=self.enabled,
            canary=self.canary,
        )
