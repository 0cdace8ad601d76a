"""`monitor backtest`: what a configuration would have said of a recorded history."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.backtest.mode import Mode
from monitor.cli.application import application, load_or_give_up
from monitor.cli.exits import give_up
from monitor.cli.options import AsJson
from monitor.model.configuration import Configuration

DERIVED = "derived from the history"


def backtest(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Histories: CSV, or JSON Lines of observations."),
    ],
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="By default a component and service per site."),
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option("--labels", help="CSV site,kind,start,end of the outages there were."),
    ] = None,
    mode: Annotated[
        Mode, typer.Option("--mode", help="Rows are attempts, or changes confirmed already.")
    ] = Mode.OBSERVATIONS,
    compare: Annotated[
        Path | None, typer.Option("--compare", help="Another configuration, put beside it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Replay a history: incidents, their delay, and the notices that would have gone out."""
    from monitor.backtest.history import History
    from monitor.backtest.labels import load_labels
    from monitor.backtest.rows import HistoryError
    from monitor.backtest.run import reports_of
    from monitor.cli.tables import print_json
    from monitor.publish.notices.rehearsal import Rehearsal

    candidates = [_candidate(context, config)]
    if compare is not None:
        candidates.append(_candidate(context, compare))
    try:
        known = load_labels(labels) if labels else None
        reports = reports_of(History(files), candidates, mode, known, Rehearsal)
    except HistoryError as error:
        give_up(str(error))
    if as_json:
        beside = {"compare": reports[1]} if compare is not None else {}
        print_json({**reports[0], **beside})
    else:
        _show(reports)


def _candidate(context: typer.Context, path: Path | None) -> tuple[str, Configuration | None]:
    if path is None:
        return DERIVED, None
    return str(path), load_or_give_up(application(context), path)


def _show(reports: Sequence[Mapping[str, Any]]) -> None:
    from monitor.cli.tables import of, say, show_rows

    for report in reports:
        say(f"{report['configuration']} ({report['mode']})")
        _show_incidents(report["incidents"])
        _show_labels(report)
        say("")
    figures = [_figures(each) for each in reports]
    names = list(dict.fromkeys(name for each in figures for name in each))
    columns = [
        ("", of("name")),
        *((each["configuration"], of(str(n))) for n, each in _numbered(reports)),
    ]
    show_rows(
        [
            {"name": name, **{str(n): each.get(name) for n, each in _numbered(figures)}}
            for name in names
        ],
        columns,
    )


def _numbered(values: Sequence[Any]) -> list[tuple[int, Any]]:
    return list(enumerate(values))


def _show_incidents(incidents: Sequence[Mapping[str, Any]]) -> None:
    from monitor.cli.tables import moment, of, show_rows

    show_rows(
        incidents,
        [
            ("incident", of("id")),
            ("started", moment("started_at")),
            ("recovered", moment("recovered_at")),
            ("status", of("status")),
            ("severity", of("severity")),
            ("components", of("components")),
            ("cause", of("cause")),
            ("delay s", of("detection_delay_seconds")),
            ("joins", of("flapping_joins")),
            ("unstable", of("unstable")),
            ("notices", of("notices")),
        ],
        empty="no incident",
    )


def _show_labels(report: Mapping[str, Any]) -> None:
    from monitor.cli.tables import moment, of, say, show_rows

    columns = [
        ("site", of("site")),
        ("kind", of("kind")),
        ("start", moment("start")),
        ("end", moment("end")),
        ("incidents", of("incidents")),
    ]
    for key, title in (("missed", "Missed:"), ("split", "Told as several incidents:")):
        if report.get(key):
            say("", title)
            show_rows(report[key], columns)
    if report.get("false"):
        say("", f"False: {', '.join(report['false'])}")
    for site, count in report["sites_without_a_check"].items():
        say(f"{count} rows of {site} belong to no check")


def _kinds(notices: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    return sorted(Counter(str(each["kind"]) for each in notices).items())


def _figures(report: Mapping[str, Any]) -> dict[str, object]:
    """Return the figures that configurations are compared by."""
    delay = report["detection_delay_seconds"]
    figures = {
        "incidents": len(report["incidents"]),
        "detection delay, median s": delay["median"],
        "detection delay, longest s": delay["max"],
        "flapping joins": report["flapping_joins"],
        "events": sum(report["events"].values()),
        "notices": len(report["notices"]),
        **{f"notices: {kind}": count for kind, count in _kinds(report["notices"])},
    }
    if "labels" not in report:
        return figures
    joined = sum(bool(each["joined_by"]) for each in report["joint"])
    long = report["long_labels"]
    return {
        **figures,
        "labels found": f"{report['found']} of {len(report['labels'])}",
        "labels of 15 min and more found": f"{long['found']} of {long['total']}",
        "label delay, median s": report["label_delay_seconds"]["median"],
        "label delay, longest s": report["label_delay_seconds"]["max"],
        "missed": len(report["missed"]),
        "false": len(report["false"]),
        "told as several incidents": len(report["split"]),
        "joint failures in one incident": f"{joined} of {len(report['joint'])}",
    }
