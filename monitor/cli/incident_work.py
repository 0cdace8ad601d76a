"""What people do to incidents: open, resolve, note, override, postmortem, reported."""

from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.connection import connected
from monitor.cli.exits import give_up
from monitor.cli.options import (
    DEFAULT_DATA_DIR,
    TIMES,
    AsJson,
    By,
    Components,
    DataDir,
    Services,
    TimeZone,
    TitleEn,
    TitleZh,
    TokenFile,
    Url,
)
from monitor.cli.people import person
from monitor.cli.times import parse_moment
from monitor.clock import SystemClock
from monitor.model.cause import Cause
from monitor.model.incident import Severity

IncidentId = Annotated[str, typer.Argument(metavar="ID", help="Id of the incident.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the history.")]
Subcause = Annotated[str | None, typer.Option("--subcause", help="A finer label of the cause.")]
TheCause = Annotated[Cause, typer.Option("--cause", help="Why, such as regulatory.")]
HowBad = Annotated[
    Severity, typer.Option("--severity", help="How bad; it decides what users see of the services.")
]
Impact = Annotated[
    str | None,
    typer.Option(
        "--impact",
        help="What to show of the services instead: operational, degraded, partial_outage or"
        " major_outage.",
    ),
]
At = Annotated[str | None, typer.Option("--at", metavar="TIME", help=f"Since when: {TIMES}.")]
FactsFile = Annotated[
    Path | None,
    typer.Option("--file", metavar="FILE", help="Facts of the rule, for users to read (YAML)."),
]
FILE_TEXT = "A value that begins with @ is the path of a file that holds the text."


def open_(
    *,
    cause: TheCause,
    subcause: Subcause = None,
    services: Services = None,
    components: Components = None,
    severity: HowBad = Severity.MINOR,
    impact: Impact = None,
    title_zh: TitleZh = None,
    title_en: TitleEn = None,
    at: At = None,
    file: FactsFile = None,
    by: By = None,
    time_zone: TimeZone = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Declare an incident that no probe can see, such as 政策监管; only a person resolves it."""
    if not services and not components:
        raise typer.BadParameter("say what it is about with --service or --component")
    body = {
        "cause": cause.value,
        "services": services or [],
        "components": components or [],
        "severity": severity.value,
        "by": person(by),
    }
    with connected(data_dir, url, token_file, time_zone) as client:
        optional: dict[str, object] = {
            "subcause": subcause,
            "impact": impact,
            "title": {key: each for key, each in (("zh-CN", title_zh), ("en", title_en)) if each},
            "at": at and parse_moment(at, SystemClock().now()),
            "regulatory": file and _facts(file),
        }
        given = {key: each for key, each in optional.items() if each}
        done = client.post("/incidents", {**body, **given})
    names = ", ".join((*done["services"], *done["components"]))
    _tell(done, f"{done['id']} is open: {done['cause']}, {done['severity']}, {names}", as_json)


def resolve(
    incident: IncidentId,
    reason: Annotated[str, typer.Option("--reason", help="Why it is over.")] = "",
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """End an incident that a person opened; probes see for themselves when theirs are over."""
    with connected(data_dir, url, token_file) as client:
        body = {"by": person(by), "reason": reason}
        done = client.post(f"/incidents/{incident}/resolve", body)
    _tell(done, f"{done['id']} is {done['status']}", as_json)


def note(
    incident: IncidentId,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=f"The remark. {FILE_TEXT}")],
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Keep a remark for operations; users never see it."""
    with connected(data_dir, url, token_file) as client:
        body = {"text": _text(text), "by": person(by)}
        done = client.post(f"/incidents/{incident}/notes", body)
    _tell(done, f"{done['id']} has {len(done['notes'])} notes", as_json)


def override(
    *,
    incident: IncidentId,
    reason: Reason,
    cause: Annotated[Cause | None, typer.Option("--cause", help="The cause to tell.")] = None,
    subcause: Subcause = None,
    severity: Annotated[
        Severity | None, typer.Option("--severity", help="The severity to tell.")
    ] = None,
    level: Annotated[
        str | None, typer.Option("--level", help="Its class in an authority's words, such as II.")
    ] = None,
    lift: Annotated[
        bool, typer.Option("--lift", help="Give the verdict back to the machine.")
    ] = False,
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Tell another cause, severity or level than the machine's, whose verdict stays beside it."""
    named = {
        "cause": cause.value if cause else None,
        "subcause": subcause,
        "severity": severity.value if severity else None,
        "level": level,
    }
    given = {key: each for key, each in named.items() if each}
    if bool(given) is lift:
        raise typer.BadParameter("name --cause, --severity or --level, or else --lift")
    with connected(data_dir, url, token_file) as client:
        body = {**given, "reason": reason, "by": person(by)}
        done = client.post(f"/incidents/{incident}/override", body)
    _tell(done, f"{done['id']} is told as {done['cause']}, {done['severity']}", as_json)


def postmortem(
    *,
    incident: IncidentId,
    public_zh: Annotated[
        str, typer.Option("--public-zh", help=f"For users, in Chinese. {FILE_TEXT}")
    ] = "",
    public_en: Annotated[
        str, typer.Option("--public-en", help=f"For users, in English. {FILE_TEXT}")
    ] = "",
    internal: Annotated[
        str, typer.Option("--internal", help=f"For operations only. {FILE_TEXT}")
    ] = "",
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Write the account of an incident: a part for users and one for operations."""
    public = {key: _text(each) for key, each in (("zh-CN", public_zh), ("en", public_en)) if each}
    if not public and not internal:
        raise typer.BadParameter("give --public-zh and --public-en, or --internal")
    with connected(data_dir, url, token_file) as client:
        body = {"public": public, "internal": _text(internal), "by": person(by)}
        done = client.post(f"/incidents/{incident}/postmortem", body)
    _tell(done, f"{done['id']} has a postmortem", as_json)


def reported(
    *,
    incident: IncidentId,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Its name in report_deadlines.")],
    note: Annotated[str, typer.Option("--note", help="How and to whom.")] = "",
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Mark an incident as reported to an authority, as a rule asks; the monitor never reports."""
    with connected(data_dir, url, token_file) as client:
        body = {"rule": rule, "note": note, "by": person(by)}
        done = client.post(f"/incidents/{incident}/reports", body)
    made = next(each for each in done["reports"] if each["rule"] == rule)
    _tell(done, f"{done['id']} is reported as {rule} by {made['author']}", as_json)


def _facts(file: Path) -> dict[str, object]:
    """Return the facts of a rule as the API takes them; a wrong file ends the command with 2."""
    from monitor.config import ConfigError, load_facts

    try:
        facts = load_facts(file, {}).model_dump(exclude_defaults=True)
    except ConfigError as error:
        give_up(f"{file} cannot be used\n{error}")
    now = SystemClock().now()
    moments = {key: facts[key] for key in ("effective_from", "act_before") if key in facts}
    return facts | {key: parse_moment(each, now) for key, each in moments.items()}


def _text(value: str) -> str:
    """Return *value*, or what the file holds that it names."""
    if not value.startswith("@"):
        return value
    file = Path(value[1:])
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        give_up(f"{file} cannot be read: {type(error).__name__}")


def _tell(done: Any, sentence: str, as_json: bool) -> None:
    from monitor.cli.tables import print_json, say

    if as_json:
        print_json(done)
    else:
        say(sentence)
