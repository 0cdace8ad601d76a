"""What is watched: the platform, its user-facing services, components and their dependencies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

LocalizedText = Mapping[str, str]
"""Text per locale, for example `{"zh-CN": "收银台", "en": "Checkout"}`."""


class ComponentKind(StrEnum):
    """What a component is; diagnosis and wording depend on it."""

    SERVER = "server"
    DATABASE = "database"
    THIRD_PARTY = "third_party"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Dependency:
    """One entry of `depends_on`: at least *required* of *names* must work.

    `depends_on` grammar: `name` is hard (1 of 1), `{soft: name}` is soft, `{any_of: [..]}`
    needs 1, `{at_least: k, of: [..]}` needs k.
    """

    names: tuple[str, ...]
    required: int = 1
    soft: bool = False

    @property
    def is_redundant(self) -> bool:
        """Whether the loss of one of the names alone does no harm."""
        return len(self.names) > self.required

    @property
    def label(self) -> str:
        """How it reads in a drawing: empty where it is simply needed, else `soft` or `1 of 2`."""
        count = f"{self.required} of {len(self.names)}" if self.is_redundant else ""
        return " ".join(filter(None, ("soft" if self.soft else "", count)))


@dataclass(frozen=True, slots=True)
class FailsWhen:
    """How many of a component's checks must be bad for the component to be bad.

    *count* None means all of them; `any` is a count of 1.
    """

    count: int | None = 1

    def threshold(self, total: int) -> int:
        """Return the number of bad checks, of *total*, that makes the component bad."""
        return max(1, total if self.count is None else min(self.count, total))


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A part the platform runs on; never shown to the public."""

    name: str
    kind: ComponentKind
    names: LocalizedText = field(default_factory=dict)
    public_names: LocalizedText = field(default_factory=dict)
    depends_on: tuple[Dependency, ...] = ()
    fails_when: FailsWhen = FailsWhen()


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessMetric:
    """A rate that says how much of a service is used; *check* is the promql check that asks for it.

    Its value is so many per *per_seconds*.
    """

    check: str
    names: LocalizedText = field(default_factory=dict)
    per_seconds: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A user-facing function such as checkout; what Statuspage's API calls a component.

    *response_time* names the checks whose time its users feel; None leaves that to the page.
    """

    name: str
    names: LocalizedText
    descriptions: LocalizedText = field(default_factory=dict)
    critical: bool = False
    depends_on: tuple[Dependency, ...] = ()
    alternatives: tuple[str, ...] = ()
    advice: LocalizedText = field(default_factory=dict)
    response_time: tuple[str, ...] | None = None
    business: tuple[BusinessMetric, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Whose services these are and how its users are addressed."""

    names: LocalizedText
    time_zone: str = "Asia/Shanghai"
    locales: tuple[str, ...] = ("zh-CN", "en")
    default_locale: str = "zh-CN"
    contact: LocalizedText = field(default_factory=dict)
    issuer: LocalizedText = field(default_factory=dict)
    public_url: str = ""
    operations_url: str = ""
    runbooks_url: str = ""
