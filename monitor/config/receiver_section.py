"""`receivers`: the keys that every receiver of alerts has, whatever its channel."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel

from monitor.config.section import Name, Section
from monitor.config.suggestions import suggestion
from monitor.model.configuration import ReceiverConfig
from monitor.model.events import EventType


def _prefix(text: str) -> str:
    if not text or not any(each.startswith(text) for each in EventType):
        raise ValueError(f"no event begins like this{suggestion(text, EventType)}")
    return text


class ReceiverSection(Section):
    """The common keys; `events` are prefixes such as `incident.`, none for the usual set."""

    type: Name
    on_call: bool = True
    events: tuple[Annotated[str, AfterValidator(_prefix)], ...] = ()

    def value(self, name: str, spec: BaseModel) -> ReceiverConfig:
        return ReceiverConfig(
            name=name, type=self.type, spec=spec, on_call=self.on_call, events=self.events
        )
