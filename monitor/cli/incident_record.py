"""How one incident reads in a terminal: its facts, its evidence, and all that was done."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from monitor.cli.tables import moment, of, reading, say, share, show_facts, show_rows
from monitor.cli.times import short_time
from monitor.model.units import seconds, span

if TYPE_CHECKING:
    from monitor.cli.tables import Column

Found = dict[str, Any]

# What has a table of its own, or a line in other words.
_ELSEWHERE = frozenset(
    {
        "evidence",
        "candidates",
        "impact",
        "events",
        "deliveries",
        "notices",
        "verdict",
        "override",
        "overrides",
        "notes",
        "regulatory",
        "postmortem",
        "classified",
        "reports",
        "deadlines",
        "downtime_seconds",
        "runbook",
        "runbook_url",
    }
)
_TIMES = frozenset({"at", "since"})
_TOLD = {
    "impact": ("service", "worst", "since"),
    "business": ("service", "metric", "expected", "actual", "lost", "weeks", "final"),
    "notes": ("at", "author", "text"),
    "deliveries": ("receiver", "event_type", "status", "attempts"),
    "notices": ("id", "kind", "state", "at"),
}


def show_record(found: Found) -> None:
    """Print everything that is known of an incident."""
    show_facts(_facts(found))
    for title, rows, columns in _parts(found):
        if rows:
            say("", f"{title}:")
            show_rows(rows, columns)
    for title, text in _texts(found):
        say("", f"{title}:", text)


def _facts(found: Found) -> dict[str, object]:
    """Return what is said in one line each, with units and in the order of the API."""
    facts = {key: short_time(each) for key, each in found.items() if key not in _ELSEWHERE}
    if found.get("confidence") is not None:
        facts["confidence"] = f"{found['confidence']:.0%}"
    if found.get("downtime_seconds") is not None:
        facts["downtime"] = seconds(found["downtime_seconds"])
    facts["runbook"] = found.get("runbook_url") or found.get("runbook")
    if decided := found.get("override"):
        facts["decided"] = f"{_decision(decided)} by {decided['author']}: {decided['reason']}"
        said_by = "opened as" if found.get("origin") == "person" else "the machine says"
        facts[said_by] = _verdict(found.get("verdict") or {})
    rule = found.get("regulatory") or {}
    facts |= {f"rule: {key}": short_time(each) for key, each in rule.items()}
    return facts


def _decision(decided: Found) -> str:
    named = (decided.get(key) for key in ("cause", "subcause", "severity", "level"))
    return " ".join(str(each) for each in named if each)


def _verdict(verdict: Found) -> str:
    sure = f"{verdict['confidence']:.0%}" if verdict.get("confidence") is not None else ""
    named = (verdict.get(key) for key in ("cause", "subcause"))
    return ", ".join(
        filter(None, (" ".join(str(each) for each in named if each), sure, verdict.get("severity")))
    )


def _parts(found: Found) -> "Iterator[tuple[str, list[Found], list[Column]]]":
    deadlines: list[Column] = [
        ("rule", of("rule")),
        ("state", of("state")),
        ("due", moment("due_at")),
        ("left", _left),
        ("from", of("from")),
        ("reported by", of("reported_by")),
        ("note", of("note")),
    ]
    yield "reports to authorities", found.get("deadlines") or [], deadlines
    yield from _weighed(found)
    for title, names in _TOLD.items():
        columns = [(each, moment(each) if each in _TIMES else of(each)) for each in names]
        yield title, found.get(title) or [], columns
    history: list[Column] = [
        ("at", moment("at")),
        ("event", of("type")),
        ("change", lambda row: _data(row).get("change")),
        ("by", lambda row: _data(row).get("by")),
        ("why", _why),
    ]
    yield "history", found.get("events") or [], history


def _weighed(found: Found) -> "Iterator[tuple[str, list[Found], list[Column]]]":
    evidence = found.get("evidence") or []
    columns: list[Column] = [
        ("signal", of("signal")),
        ("value", reading("signal", "value")),
        ("detail", of("detail")),
        ("check", of("check")),
        ("component", of("component")),
        ("at", moment("at")),
        ("rule", of("rule")),
        ("weight", of("weight")),
    ]
    yield "what speaks for it", [each for each in evidence if not each.get("against")], columns
    yield "what speaks against it", [each for each in evidence if each.get("against")], columns
    causes = [(each, of(each)) for each in ("cause", "subcause", "component")]
    yield (
        "candidates",
        found.get("candidates") or [],
        [*causes, ("confidence", share("confidence"))],
    )


def _texts(found: Found) -> Iterator[tuple[str, str]]:
    account = found.get("postmortem") or {}
    for locale, text in (account.get("public") or {}).items():
        yield f"postmortem for users, {locale}", text
    if account.get("internal"):
        yield "postmortem for operations", account["internal"]


def _left(deadline: Any) -> object:
    left = deadline.get("seconds_left")
    if left is None:
        return None
    return span(left) if left >= 0 else f"{span(-left)} late"


def _data(event: Any) -> Found:
    data: Found = event.get("data") or {}
    return data


def _why(event: Any) -> object:
    data = _data(event)
    text = data.get("text")
    reason = data.get("reason") or (text if isinstance(text, str) else "")
    deadline = data.get("deadline") or {}
    decided = _decision(data.get("decision") or {})
    named = data.get("rule") or deadline.get("rule") or decided
    return ": ".join(str(each) for each in (named, reason) if each)
