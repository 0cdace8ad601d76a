"""Puts the commands together; each group has a file of its own."""

import typer

from monitor.cli.backtest import backtest
from monitor.cli.changes import change
from monitor.cli.checks import checks
from monitor.cli.deliveries import deliveries
from monitor.cli.demo import demo
from monitor.cli.graph import graph
from monitor.cli.incidents import incidents
from monitor.cli.maintenance import maintenance
from monitor.cli.notices import notices
from monitor.cli.probing import diagnose, probe
from monitor.cli.publish import publish
from monitor.cli.running import run, schema, validate
from monitor.cli.status import status
from monitor.cli.subscribers import subscribers


def build() -> typer.Typer:
    """Return the whole command line."""
    cli = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        # A traceback with the values of variables would show secrets.
        pretty_exceptions_enable=False,
        help="Watches what a service depends on, says why it fails, and tells who needs to know."
        " Exit codes: 0 fine, 1 the answer is that something fails, 2 bad usage or configuration,"
        " or no monitor to ask.",
    )
    for command in (run, validate, schema, graph, backtest, probe, diagnose, status, publish):
        cli.command()(command)
    groups = {
        "incidents": incidents,
        "checks": checks,
        "maintenance": maintenance,
        "notices": notices,
        "deliveries": deliveries,
        "subscribers": subscribers,
        "change": change,
        "demo": demo,
    }
    for name, group in groups.items():
        cli.add_typer(group, name=name)
    return cli


def main() -> None:
    """Run the command that was typed."""
    build()(prog_name="monitor")
