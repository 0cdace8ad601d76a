"""The ics probe: fetches a calendar, or reads one, and delivers its text with the observation."""

from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import ByteSize, Field, model_validator

from monitor.model.observation import FailureKind, Observation, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.context import ProbeContext
from monitor.probes.endpoint import Endpoint
from monitor.probes.fetching import fetch
from monitor.probes.worker import StillBusyError, Worker

_BEGIN = "BEGIN:VCALENDAR"
_END = "END:VCALENDAR"


class IcsSpec(Endpoint):
    """A calendar by `url`, or by `file`; what stands in it is for whoever plans by it."""

    url: str = ""
    file: Path | None = None
    max_body: Annotated[ByteSize, Field(gt=0)] = ByteSize(256 * 1024)

    @model_validator(mode="after")
    def _one_source(self) -> "IcsSpec":
        if bool(self.url) is (self.file is not None):
            raise ValueError("expected either url or file")
        if self.file is not None and not self.file.is_absolute():
            raise ValueError("expected a path that begins with /")
        return self


@dataclass(slots=True, kw_only=True)
class Calendar:
    """The text as it was last: as long as it stays the same, all observations share it."""

    worker: Worker = field(default_factory=Worker)
    text: str = ""


async def probe_ics(spec: IcsSpec, context: ProbeContext) -> Observation:
    """Get the calendar and see that it is whole; parsing it is for the calendar's owner."""
    recording = context.recording
    calendar = context.memory.of(context.check, Calendar)
    body = await (_fetched(spec, context) if spec.url else _read(spec, calendar, context))
    if isinstance(body, Observation):
        return body
    recording.enter(Stage.SEMANTIC)
    text = body.decode("utf-8-sig", errors="replace").strip()
    fault = _fault(text)
    if fault:
        recording.see(SignalKind.CONTRACT_VIOLATION, "VCALENDAR", fault)
        return recording.failed(FailureKind.CONTRACT_BROKEN, fault)
    if text != calendar.text:
        calendar.text = text
    return replace(recording.succeeded(), document=calendar.text)


async def _fetched(spec: IcsSpec, context: ProbeContext) -> bytes | Observation:
    fetched = await fetch(spec, context)
    return fetched if isinstance(fetched, Observation) else fetched.body


async def _read(spec: IcsSpec, calendar: Calendar, context: ProbeContext) -> bytes | Observation:
    recording = context.recording
    recording.enter(Stage.PROTOCOL)
    path, most = spec.file or Path(), int(spec.max_body)
    try:
        with recording.timing(Phase.TRANSFER):
            body = await calendar.worker.run(partial(_content, path, most + 1))
    except StillBusyError:
        return recording.timed_out("the look before has not ended: the disk hangs")
    except OSError as error:
        recording.see_errno(error.errno)
        return recording.failed(FailureKind.LOCAL_RESOURCE, str(error))
    if len(body) > most:
        return recording.failed(FailureKind.BODY_TOO_LARGE, f"more than {most} bytes")
    return body


def _content(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


def _fault(text: str) -> str:
    """Return why *text* is no whole calendar, or nothing."""
    if text[: len(_BEGIN)].upper() != _BEGIN:
        return "does not begin as a calendar"
    if text[-len(_END) :].upper() != _END:
        return "ends within the calendar"
    return ""
