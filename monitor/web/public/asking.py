"""The question "is it the platform?" as it arrives, and its answer in words and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.model.events import Json
from monitor.web.public.phrases import Phrases
from monitor.web.public.statuspage_words import moment
from monitor.web.public.view import PublicService, PublicView
from monitor.web.public.why import Answer, Verdict, answer

YEARS = range(2000, 2101)


class QuestionError(ValueError):
    """A question that cannot be understood; *word* is its key in the catalog."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the services, all where none is named, and the time, now where it is None."""

    services: Sequence[PublicService]
    at: datetime | None


def read_question(view: PublicView, service: str, at: str) -> Question:
    """Return the question; QuestionError where the service or the time makes no sense."""
    found = view.service(service)
    if service and found is None:
        raise QuestionError("why_unknown_service")
    chosen = (found,) if found else view.services
    return Question(chosen, _read_time(at, view.platform.time_zone) if at else None)


def _read_time(text: str, zone: str) -> datetime:
    """Return the time of ISO-8601 *text*; without an offset it is one of the platform's zone."""
    try:
        # A plus sign in a query that was not quoted arrives as a blank.
        at = datetime.fromisoformat(text.strip().replace(" ", "+", 1) if "T" in text else text)
    except ValueError as error:
        raise QuestionError("why_bad_time") from error
    if at.year not in YEARS:
        raise QuestionError("why_bad_time")
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))


def answer_to(question: Question, view: PublicView, now: datetime) -> Answer:
    """Return the answer out of *view*."""
    return answer(view, question.services, question.at, now)


def sentences(found: Answer, view: PublicView, phrases: Phrases) -> list[str]:
    """Return the answer as people read it."""
    names = phrases.services([each.name for each in found.services])
    when = phrases.times.minute(found.at)
    zone = phrases.times.zone(found.at)
    first = phrases.plain(f"why_{found.verdict.value}", time=when, zone=zone, services=names)
    if found.incidents or found.windows:
        first = phrases.glue.join((first, phrases.plain("why_see")))
    said = [first]
    last = found.last
    if found.verdict is Verdict.WORKING and last is not None and last.recovered_at is not None:
        name = phrases.incident_name(last)
        time = phrases.times.minute(last.recovered_at)
        said.append(phrases.plain("why_last", name=name, time=time))
    if contact := phrases.text(view.platform.contact):
        said.append(phrases.plain("why_contact", contact=contact))
    return [*said, phrases.plain("why_fraud")]


def as_json(found: Answer, view: PublicView, phrases: Phrases) -> dict[str, Json]:
    """Return the answer for programs."""
    url = view.platform.url
    return {
        "services": [
            {"name": each.name, "title": phrases.text(each.names)} for each in found.services
        ],
        "at": moment(found.at),
        "as_of": moment(view.at),
        "verdict": found.verdict.value,
        "answer": phrases.glue.join(sentences(found, view, phrases)),
        "incidents": [
            {
                "id": each.id,
                "name": phrases.incident_name(each),
                "url": f"{url}/incidents/{each.id}",
                "started_at": moment(each.started_at),
                "recovered_at": moment(each.recovered_at) if each.recovered_at else None,
            }
            for each in found.incidents
        ],
        "maintenances": [
            {
                "id": each.id,
                "name": phrases.window_name(each),
                "url": f"{url}/maintenance#{each.id}",
                "scheduled_for": moment(each.start),
                "scheduled_until": moment(each.end),
            }
            for each in found.windows
        ],
    }
