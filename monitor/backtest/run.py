"""Whole backtests: read the history, replay it with each configuration, report."""

from collections.abc import Callable, Iterable, Sequence

from monitor.backtest.history import History
from monitor.backtest.labels import Label
from monitor.backtest.mode import Mode
from monitor.backtest.replay import Notices, replay
from monitor.backtest.report import Run, run_report
from monitor.backtest.rows import RowError
from monitor.backtest.score import score
from monitor.backtest.setting import derive, setting
from monitor.model.configuration import Configuration
from monitor.model.events import Json

# A configuration to try under a name of its own; None: derive one from the history.
Candidate = tuple[str, Configuration | None]


def reports_of(
    history: History,
    candidates: Iterable[Candidate],
    mode: Mode,
    labels: Sequence[Label] | None,
    notices_of: Callable[[Configuration], Notices],
) -> list[dict[str, Json]]:
    """Return one report per configuration; raises HistoryError."""
    reports = []
    for name, configuration in candidates:
        try:
            fitted = setting(configuration or derive(history.rows()), mode)
            replayed = replay(history.rows(), fitted, notices_of(fitted.configuration))
        except RowError as error:
            raise history.placed(error) from error
        scored = None if labels is None else score(replayed, labels, fitted)
        run = Run(name=name, mode=mode.value, setting=fitted, replayed=replayed, score=scored)
        reports.append(run_report(run))
    return reports
