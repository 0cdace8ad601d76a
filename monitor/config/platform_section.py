"""`platform`: whose services these are, and how its users are addressed."""

from pydantic import Field

from monitor.config.section import BaseUrl, LocalizedTexts, Section, Text
from monitor.model.platform import Platform


class PlatformSection(Section):
    """The platform that is watched."""

    name: LocalizedTexts
    time_zone: str = "Asia/Shanghai"
    locales: tuple[Text, ...] = Field(default=("zh-CN", "en"), min_length=1)
    default_locale: str = "zh-CN"
    contact: LocalizedTexts = Field(default={})
    issuer: LocalizedTexts = Field(default={})
    public_url: BaseUrl | None = None
    operations_url: BaseUrl | None = None
    runbooks: BaseUrl | None = None

    def value(self) -> Platform:
        return Platform(
            names=self.name,
            time_zone=self.time_zone,
            locales=self.locales,
            default_locale=self.default_locale,
            contact=self.contact,
            issuer=self.issuer,
            public_url=self.public_url or "",
            operations_url=self.operations_url or "",
            runbooks_url=self.runbooks or "",
        )
