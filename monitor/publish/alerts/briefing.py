"""What a person in a group chat must know of an event, in their language (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from monitor.model.codec import parse_time
from monitor.model.events import Event, EventType
from monitor.model.status import Status
from monitor.publish.alerts.links import Links
from monitor.publish.alerts.names import Names
from monitor.publish.alerts.robot_words import VOCABULARIES
from monitor.publish.notices.wording import Times, duration, head_names, localized

Data = Mapping[str, Any]

MOST_IN_TITLE = 4
# Moments of a notice at which a person has to act.
CALLING = frozenset({"waiting", "overdue"})


class Tone(StrEnum):
    """How a message looks at first sight."""

    ALARM = "alarm"
    TROUBLE = "trouble"
    GOOD = "good"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """A message before any vendor's markup: labelled facts, or the *text* of a notice.

    *command* is what takes the incident on, *links* are labelled addresses; *calls* says that
    trouble begins, so that people may be called by name.
    """

    tone: Tone
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""
    links: tuple[tuple[str, str], ...] = ()
    command: tuple[str, str] | None = None
    calls: bool = False
    colon: str = ": "


def brief(event: Event, links: Links, names: Names, locale: str) -> Briefing:
    """Return what to say of *event* in *locale*."""
    writer = _Writer(links, names, locale)
    family = event.type.partition(".")[0]
    tell = {
        "incident": writer.incident,
        "maintenance": writer.window,
        "notice": writer.notice,
        "monitor": writer.fault,
        "check": writer.mute,
    }[family]
    return tell(event, links.event_data(event))


class _Writer:
    """Writes in one language."""

    def __init__(self, links: Links, names: Names, locale: str) -> None:
        self._links = links
        self._names = names
        self._locale = locale
        self._vocabulary = VOCABULARIES[locale]
        self._words = self._vocabulary.words
        self._times = Times(locale, names.time_zone)

    def incident(self, event: Event, data: Data) -> Briefing:
        """Say what fails, why, whom it hits and since when; at the end, for how long."""
        services = self._services(data.get("services", ()))
        names = services or list(data.get("components", ()))
        known = data.get("cause", "unknown") != "unknown"
        cause = self._vocabulary.causes[data["cause"]] if known else self._words["failing"]
        word = self._vocabulary.statuses[_worst(data)] if services else cause
        what = self._fill("title_of", names=self._head(names), word=word)
        waits = data.get("status") == "open" and not data.get("acknowledged_by")
        return self._briefing(
            tone=_tone_of(event.type, data),
            title=self._fill("title", tag=self._tag(event.type, data), what=what),
            facts=tuple(self._incident_facts(data)),
            links=self._addresses(
                open_incident=data.get("url"),
                open_runbook=data.get("runbook_url"),
                open_public=data.get("public_url"),
            ),
            command=(self._words["acknowledge"], f"monitor incidents ack {event.subject}")
            if waits
            else None,
            calls=event.type is EventType.INCIDENT_OPENED,
        )

    def window(self, event: Event, data: Data) -> Briefing:
        """Say what is maintained, and how far it has come."""
        status = str(data.get("status", "scheduled"))
        names = self._services(data.get("services", ())) or list(data.get("components", ()))
        title = localized(data.get("title") or {}, self._locale) or self._head(names)
        word = self._vocabulary.windows[status]
        return self._briefing(
            tone=Tone.TROUBLE if status == "overrunning" else Tone.PLAIN,
            title=self._fill(
                "title",
                tag=self._words["maintenance"],
                what=self._fill("title_of", names=title, word=word),
            ),
            facts=tuple(self._window_facts(names, data)),
            calls=event.type is EventType.MAINTENANCE_OVERRUNNING,
        )

    def notice(self, event: Event, data: Data) -> Briefing:
        """Say what users were told, word by word."""
        texts = data.get("texts") or {}
        said: Data = texts.get(self._locale) or next(iter(texts.values()), {})
        moment = event.type.partition(".")[2]
        waits = moment == "waiting"
        subject = said.get("subject") or f"{data.get('kind', '')} {data.get('state', '')}".strip()
        return self._briefing(
            tone=Tone.PLAIN,
            title=self._fill("title", tag=self._words[f"notice_{moment}"], what=subject),
            text=said.get("text", ""),
            links=self._addresses(open_public=None if waits else data.get("public_url")),
            command=(self._words["approve"], f"monitor notices approve {event.subject}")
            if waits
            else None,
            calls=moment in CALLING,
        )

    def mute(self, event: Event, data: Data) -> Briefing:
        """Say that a person no longer wants to hear of a check, or hears it again."""
        tag = self._words[event.type.partition(".")[2]]
        facts = [
            ("detail", str(data.get("reason") or "")),
            ("by", str(data.get("by") or data.get("author") or "")),
            ("until", self._moment(data.get("until"))),
        ]
        return self._briefing(
            tone=Tone.PLAIN,
            title=self._fill("title", tag=tag, what=str(data.get("check", ""))),
            facts=self._labelled(facts),
        )

    def fault(self, event: Event, data: Data) -> Briefing:
        """Say that the monitor itself is in trouble, or no longer."""
        cleared = event.type is EventType.MONITOR_CLEARED
        kind = self._vocabulary.faults.get(str(data.get("kind")), str(data.get("kind", "")))
        tag = self._words["fault_cleared" if cleared else "fault"]
        facts = [
            ("detail", str(data.get("detail") or "")),
            ("since", self._moment(data.get("started_at"))),
            ("cleared", self._moment(data.get("cleared_at"))),
        ]
        return self._briefing(
            tone=Tone.GOOD if cleared else Tone.TROUBLE,
            title=self._fill("title", tag=tag, what=kind),
            facts=self._labelled(facts),
            calls=not cleared,
        )

    def _briefing(self, **parts: Any) -> Briefing:
        return Briefing(colon=self._words["colon"], **parts)

    def _incident_facts(self, data: Data) -> Iterator[tuple[str, str]]:
        downtime = data.get("downtime_seconds")
        facts = [
            ("report", self._report(data.get("deadline") or {})),
            ("impact", self._impact(data)),
            ("cause", self._cause(data)),
            ("components", self._list(data.get("components", ()))),
            ("since", self._moment(data.get("started_at"))),
            ("recovered", self._moment(data.get("recovered_at"))),
            ("downtime", "" if downtime is None else duration(int(downtime), self._locale)),
            ("unstable", self._words["unstable_text"] if data.get("unstable") else ""),
            ("acknowledged", str(data.get("acknowledged_by") or "")),
            ("by", str(data.get("by") or "")),
            ("detail", str(data.get("reason") or "")),
        ]
        yield from self._labelled(facts)

    def _window_facts(self, names: list[str], data: Data) -> Iterator[tuple[str, str]]:
        start, end = _time(data.get("start")), _time(data.get("end"))
        planned = (
            self._fill(
                "planned_times",
                start=self._times.minute(start),
                end=self._times.until(end, start),
                zone=self._times.zone(start),
            )
            if start and end
            else ""
        )
        facts = [("impact", self._list(names)), ("planned", planned)]
        yield from self._labelled(facts)

    def _labelled(self, facts: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple((self._words[label], text) for label, text in facts if text)

    def _report(self, deadline: Data) -> str:
        """Return which report is due and until when."""
        if not deadline:
            return ""
        until = self._moment(deadline.get("due_at"))
        late = deadline.get("state") == "overdue"
        key = "report_late" if late else "report_until"
        return self._fill(key, rule=deadline.get("rule", ""), time=until)

    def _impact(self, data: Data) -> str:
        hit = [
            self._fill(
                "impact_of",
                service=self._names.service(each["service"], self._locale),
                status=self._vocabulary.statuses[each["worst"]],
            )
            for each in data.get("impact", ())
        ]
        return self._list(hit) if hit else self._words["no_service"]

    def _cause(self, data: Data) -> str:
        cause = str(data.get("cause", "unknown"))
        text = self._vocabulary.causes[cause]
        if cause == "unknown":
            return text
        if subcause := data.get("subcause"):
            text = self._fill("subcause", cause=text, subcause=subcause)
        if component := data.get("cause_component"):
            text = self._fill("cause_at", cause=text, component=component)
        return self._fill(
            "cause_sure", cause=text, percent=round(100 * float(data.get("confidence", 0)))
        )

    def _tag(self, type_: EventType, data: Data) -> str:
        if type_ is EventType.INCIDENT_OPENED:
            return self._vocabulary.severities[data.get("severity", "minor")]
        if type_ is EventType.INCIDENT_UPDATED:
            recovering = data.get("status") == "monitoring"
            return self._words["recovering" if recovering else "updated"]
        return self._words[type_.partition(".")[2]]

    def _list(self, names: Sequence[str]) -> str:
        return self._words["comma"].join(names)

    def _head(self, names: Sequence[str]) -> str:
        few = len(names) <= MOST_IN_TITLE
        return self._list(names) if few else head_names(names, self._locale)

    def _services(self, services: list[str]) -> list[str]:
        return [self._names.service(each, self._locale) for each in services]

    def _addresses(self, **urls: Any) -> tuple[tuple[str, str], ...]:
        return tuple((self._words[label], url) for label, url in urls.items() if url)

    def _moment(self, value: object) -> str:
        at = _time(value)
        if at is None:
            return ""
        return self._fill("moment", time=self._times.second(at), zone=self._times.zone(at))

    def _fill(self, key: str, **values: object) -> str:
        return self._words[key].format_map(values)


def _tone_of(type_: EventType, data: Data) -> Tone:
    if type_ in (EventType.INCIDENT_RESOLVED, EventType.INCIDENT_WITHDRAWN):
        return Tone.GOOD
    if type_ is EventType.INCIDENT_REPORT_DUE:
        return Tone.ALARM if data.get("change") == "report_overdue" else Tone.TROUBLE
    if type_ is EventType.INCIDENT_NOTED:
        return Tone.PLAIN
    if data.get("status") == "monitoring":
        return Tone.GOOD
    return Tone.ALARM if data.get("severity") == "critical" else Tone.TROUBLE


def _worst(data: Data) -> str:
    """Return the worst status that the incident caused to any service."""
    found = [Status(each["worst"]) for each in data.get("impact", ())]
    return max(found, key=lambda each: each.badness, default=Status.UNKNOWN).value


def _time(value: object) -> datetime | None:
    return parse_time(value) if isinstance(value, str) else None
