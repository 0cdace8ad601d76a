"""`components`: the parts the platform runs on."""

from pydantic import Field

from monitor.config.dependencies import Entry, FailsWhenEntry, dependencies, fails_when
from monitor.config.section import LocalizedTexts, Section
from monitor.model.platform import Component, ComponentKind


class ComponentSection(Section):
    """One component; `name` is for operations, `public_name` what users may be told."""

    kind: ComponentKind
    name: LocalizedTexts = Field(default={})
    public_name: LocalizedTexts = Field(default={})
    depends_on: tuple[Entry, ...] = ()
    fails_when: FailsWhenEntry = "any"

    def value(self, name: str) -> Component:
        return Component(
            name=name,
            kind=self.kind,
            names=self.name,
            public_names=self.public_name,
            depends_on=dependencies(self.depends_on),
            fails_when=fails_when(self.fails_when),
        )
