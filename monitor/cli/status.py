"""`monitor status`: what the running monitor sees right now."""

from collections import Counter
from typing import Any

from monitor.cli.connection import connected
from monitor.cli.exits import leave
from monitor.cli.options import DEFAULT_DATA_DIR, AsJson, DataDir, TokenFile, Url
from monitor.cli.times import short_time
from monitor.model.status import Condition, Status

_OUTAGES = frozenset({Status.PARTIAL_OUTAGE.value, Status.MAJOR_OUTAGE.value})


def status(
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Show services, components, failing checks and faults; exits 1 during an outage."""
    from monitor.cli.tables import print_json

    with connected(data_dir, url, token_file) as client:
        answer = client.get("/status")
    if as_json:
        print_json(answer)
    else:
        _show(answer)
    shown = [each["displayed"] for each in (*answer["services"], *answer["components"])]
    leave(failing=any(each in _OUTAGES for each in shown))


def _show(answer: Any) -> None:
    from monitor.cli.tables import moment, of, say, show_rows

    say(f"At {short_time(answer['at'])}", "")
    for title in ("services", "components"):
        columns = [
            (title, of("name")),
            ("shown", of("displayed")),
            ("observed", of("observed")),
            ("since", moment("since")),
        ]
        show_rows(answer[title], columns, empty=f"no {title}")
        say("")
    _show_checks(answer["checks"])
    _show_muted([each for each in answer["checks"] if each.get("mute")])
    if answer["faults"]:
        say("", "The monitor itself:")
        faults = [("fault", of("kind")), ("since", moment("started_at")), ("detail", of("detail"))]
        show_rows(answer["faults"], faults)


def _show_checks(checks: list[dict[str, Any]]) -> None:
    from monitor.cli.tables import of, say, show_rows

    counts = Counter(each["condition"] for each in checks)
    say("checks: " + (", ".join(f"{count} {word}" for word, count in counts.items()) or "none"))
    unwell = [each for each in checks if each["condition"] != Condition.OK.value]
    if unwell:
        columns = [
            ("check", of("name")),
            ("component", of("component")),
            ("condition", of("condition")),
            ("never worked", of("misconfigured")),
            ("last failure", _failure),
        ]
        show_rows(unwell, columns)


def _show_muted(checks: list[dict[str, Any]]) -> None:
    from monitor.cli.tables import of, say, show_rows

    if not checks:
        return
    say("", "Muted, counting for nothing:")
    columns = [
        ("check", of("name")),
        ("condition", of("condition")),
        ("until", lambda row: short_time(row["mute"]["until"])),
        ("by", lambda row: row["mute"]["author"]),
        ("reason", lambda row: row["mute"]["reason"]),
    ]
    show_rows(checks, columns)


def _failure(check: Any) -> object:
    failure = (check.get("last") or {}).get("failure") or {}
    return ": ".join(failure[key] for key in ("kind", "detail") if failure.get(key))
