"""`monitor probe` and `monitor diagnose`: look now, without a running monitor."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from monitor.cli.application import application, load_or_give_up
from monitor.cli.exits import Exit, give_up, leave
from monitor.cli.options import AsJson, ConfigFile
from monitor.cli.times import seconds, use_zone
from monitor.config.suggestions import suggestion
from monitor.model.announcement import Announcement
from monitor.model.codec import to_json
from monitor.model.observation import MissedReason, Observation, Outcome
from monitor.model.status import Status
from monitor.model.units import readable

_UNKNOWN = {
    **{each: f"missed: {each.value}" for each in MissedReason},
    MissedReason.WAITING: "beats go to the running monitor, which `monitor status` asks",
}


def probe(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the check.")],
    config: ConfigFile,
    as_json: AsJson = False,
) -> None:
    """Run one check now and show all it saw; exits 1 when it fails, 2 where it can say nothing."""
    import uvloop

    from monitor.cli.tables import print_json

    app = application(context)
    loaded = load_or_give_up(app, config)
    use_zone(lambda: ZoneInfo(loaded.platform.time_zone))
    names = {each.name for each in loaded.checks}
    if name not in names:
        give_up(f"{config} has no check {name!r}{suggestion(name, names)}")
    observation = uvloop.run(app.probe_once(config, name))
    if as_json:
        print_json(to_json(observation))
    else:
        _show(observation)
    if observation.outcome is Outcome.MISSED:
        raise typer.Exit(Exit.UNUSABLE)
    leave(failing=not observation.succeeded)


def diagnose(
    context: typer.Context,
    config: ConfigFile,
    duration: Annotated[
        str, typer.Option("--for", help="How long to look: seconds, or such as 30s or 2m.")
    ] = "10",
    as_json: AsJson = False,
) -> None:
    """Run all checks for a while and say why what fails does; exits 1 when a component does."""
    import uvloop

    from monitor.cli.tables import print_json

    app = application(context)
    load_or_give_up(app, config)
    found = uvloop.run(app.diagnose_for(config, seconds(duration)))
    if as_json:
        print_json(found)
    else:
        _show_diagnoses(found)
    leave(failing=any(Status(each["status"]).is_bad for each in found))


def _show(observation: Observation) -> None:
    from monitor.cli.tables import of, reading, say, show_facts, show_rows

    failure = observation.failure
    show_facts(
        {
            "check": f"{observation.check} ({observation.type})",
            "component": observation.component,
            "outcome": observation.outcome.value,
            "stage reached": observation.stage and observation.stage.value,
            "failure": failure and f"{failure.kind.value} at {failure.stage.value}",
            "detail": failure and failure.detail,
            "nothing known": observation.missed and _UNKNOWN[observation.missed],
            "calendar": observation.document and _calendar(observation.document),
        }
    )
    phases = [(each.value, spent) for each, spent in observation.phases.items()]
    rows = [*phases, ("total", observation.duration_seconds)]
    say("")
    show_rows(
        [{"phase": name, "ms": f"{spent * 1000:.1f}"} for name, spent in rows],
        [("phase", of("phase")), ("ms", of("ms"))],
    )
    if observation.signals:
        say("")
        signals = [
            {"signal": each.kind.value, "value": each.value, "detail": each.detail}
            for each in observation.signals
        ]
        value = ("value", reading("signal", "value"))
        show_rows(signals, [("signal", of("signal")), value, ("detail", of("detail"))])
    if observation.announcements:
        say("", "announced:")
        _show_announcements(observation.announcements)


def _show_announcements(announcements: Sequence[Announcement]) -> None:
    from monitor.cli.tables import moment, of, show_rows

    columns = [(each, of(each)) for each in ("id", "title", "status")]
    times = [(each, moment(each)) for each in ("start", "end")]
    rows: list[Any] = [to_json(each) for each in announcements]
    show_rows(rows, [*columns, *times, ("components", of("components"))])


def _calendar(text: str) -> str:
    events = text.count("BEGIN:VEVENT")
    return f"{len(text.splitlines())} lines with {events} events"


def _show_diagnoses(found: list[dict[str, Any]]) -> None:
    from monitor.cli.tables import of, show_rows

    show_rows(
        found,
        [
            ("component", of("component")),
            ("status", of("status")),
            ("cause", of("cause")),
            ("subcause", of("subcause")),
            ("confidence", of("confidence")),
            ("evidence", _evidence),
        ],
        empty="every component is well",
    )


def _evidence(row: Mapping[str, Any]) -> str:
    evidence = row.get("evidence") or []
    return "; ".join(
        f"{'against: ' if each.get('against') else ''}{each['check']} {each['signal']}"
        f" = {readable(each['signal'], each['value'])}"
        for each in evidence
    )
