"""What people call the platform and its services, and how they read the time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.model.configuration import Configuration
from monitor.model.platform import LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The words that the operator configured, for texts that people read."""

    services: Mapping[str, LocalizedText] = field(default_factory=dict)
    time_zone: str = "Asia/Shanghai"
    locale: str = "zh-CN"

    @classmethod
    def of(cls, configuration: Configuration) -> "Names":
        return cls(
            services={each.name: each.names for each in configuration.services},
            time_zone=configuration.platform.time_zone,
            locale=configuration.platform.default_locale,
        )

    def service(self, name: str, locale: str) -> str:
        """Return what users of *locale* call a service, its own name where they have none."""
        return self.services.get(name, {}).get(locale) or name
