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
LONGEST = 40
TEXTS = ("payments", "repayments")
ACCOUNT_SIDE = ("credit_assessment", "credit_line", "policy")


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
    if len(text) > LONGEST:
        raise QuestionError("why_bad_time")
    try:
        # A plus sign in a query that was not quoted arrives as a blank.
        at = datetime.fromisoformat(text.strip().replace(" ", "+", 1) if "T" in text else text)
    except ValueError as error:
        raise QuestionError("why_bad_time") from error
    if at.year not in YEARS:
        raise QuestionError("why_bad_time")
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))


def field_time(question: Question, view: PublicView) -> str:
    """Return the time asked for as the form's field takes it: local, without an offset."""
    if question.at is None:
        return ""
    local = question.at.astimezone(ZoneInfo(view.platform.time_zone))
    return local.replace(tzinfo=None).isoformat(timespec="minutes")


def answer_to(question: Question, view: PublicView, now: datetime) -> Answer:
    """Return the answer out of *view*."""
    return answer(view, question.services, question.at, now)


def headline(found: Answer, phrases: Phrases) -> str:
    """Return the answer in a few words."""
    certain = found.verdict.is_platform or found.verdict is Verdict.WORKING
    tense = "" if found.is_now or not certain else "then_"
    return phrases.plain(f"verdict_{tense}{found.verdict.value}")


def sentences(found: Answer, phrases: Phrases) -> list[str]:
    """Return the answer as people read it: one sentence for the services of each verdict."""
    time, zone = phrases.times.minute(found.at), phrases.times.zone(found.at)
    when = phrases.plain("when_now" if found.is_now else "when_then", time=time, zone=zone)
    said = []
    for verdict in Verdict:
        if names := [each.name for each in found.services(verdict)]:
            word = "ahead" if found.is_ahead and verdict is Verdict.UNCONFIRMED else verdict.value
            said.append(phrases.plain(f"why_{word}", when=when, services=phrases.services(names)))
    if found.incidents or found.windows:
        said[0] = phrases.glue.join((said[0], phrases.plain("why_see")))
    last = found.last
    if found.verdict is Verdict.WORKING and last is not None and last.recovered_at is not None:
        name = phrases.incident_name(last)
        time = phrases.times.minute(last.recovered_at)
        said.append(phrases.plain("why_last", name=name, time=time))
    return said


def settlements(found: Answer, view: PublicView, phrases: Phrases) -> dict[str, str]:
    """Return what the operator says of payments and repayments made during such a time."""
    if not found.verdict.is_platform:
        return {}
    texts = {key: phrases.closed(phrases.text(view.platform.texts.get(key, {}))) for key in TEXTS}
    return {key: text for key, text in texts.items() if text}


def places(found: Answer, phrases: Phrases) -> list[tuple[str, str, str]]:
    """Return where to look on the account's side, if the platform worked: key, name and hint."""
    if found.verdict is not Verdict.WORKING:
        return []
    return [
        (key, phrases.plain(f"look_{key}"), phrases.plain(f"look_{key}_text"))
        for key in ACCOUNT_SIDE
    ]


def closing(view: PublicView, phrases: Phrases) -> list[str]:
    """Return what ends every answer: whom to ask, and the warning of fraud."""
    contact = phrases.text(view.platform.contact)
    said = [phrases.plain("why_contact", contact=contact)] if contact else []
    return [*said, phrases.plain("why_fraud")]


def on_page(
    view: PublicView, phrases: Phrases, found: Answer | None, **asked: str
) -> dict[str, object]:
    """Return what the page shows: the answer, and what was asked, for the form."""
    said = (
        {}
        if found is None
        else {
            "headline": headline(found, phrases),
            "sentences": sentences(found, phrases),
            "settlements": settlements(found, view, phrases),
            "places": places(found, phrases),
            "closing": closing(view, phrases),
        }
    )
    fields = {"problem": "", "chosen": "", "at": ""} | asked
    return {"view": view, "p": phrases, "path": "/why", "answer": found, **said, **fields}


def as_json(found: Answer, view: PublicView, phrases: Phrases) -> dict[str, Json]:
    """Return the answer for programs."""
    url = view.platform.url
    known = settlements(found, view, phrases)
    looks = places(found, phrases)
    account = [phrases.plain("why_account")] if looks else []
    account += [f"{name}{phrases.plain('colon')}{hint}" for _, name, hint in looks]
    spoken = [phrases.closed(headline(found, phrases)), *sentences(found, phrases)]
    text = [*spoken, *known.values(), *account, *closing(view, phrases)]
    return {
        "services": [
            {
                "name": each.service.name,
                "title": phrases.text(each.service.names),
                "status": each.status.value,
                "verdict": each.verdict.value,
            }
            for each in found.findings
        ],
        "at": moment(found.at),
        "as_of": moment(view.at),
        "verdict": found.verdict.value,
        "answer": phrases.glue.join(text),
        "payments": known.get("payments"),
        "repayments": known.get("repayments"),
        "look_at": [{"key": key, "title": name, "text": hint} for key, name, hint in looks],
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
                "url": f"{url}/maintenance/{each.id}",
                "scheduled_for": moment(each.start),
                "scheduled_until": moment(each.end),
            }
            for each in found.windows
        ],
    }
