"""`monitor demo`: break the demo platform in real ways, and repair it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.exits import give_up
from monitor.cli.options import DEFAULT_DATA_DIR, AsJson, DataDir
from monitor.model.codec import to_json

if TYPE_CHECKING:
    from monitor.demo.faults import FaultStatus

demo = typer.Typer(
    no_args_is_help=True, help="Switch faults of the demo platform that `make run` starts."
)


@demo.command("faults")
def faults_(as_json: AsJson = False, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """List the faults and which of them are on."""
    from monitor.demo.faults import list_faults

    with _explained():
        _show(list_faults(data_dir), as_json=as_json)


@demo.command("break")
def break_(
    name: Annotated[str, typer.Argument(help="Name of the fault.")],
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Switch a fault on; returns once it is in effect."""
    from monitor.demo.faults import break_fault

    with _explained():
        _show([break_fault(data_dir, name)], as_json=as_json)


@demo.command()
def repair(
    name: Annotated[
        str | None, typer.Argument(help="Name of the fault; without one, all that are on.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Switch a fault off, or all of them."""
    from monitor.demo.faults import repair_faults

    with _explained():
        _show(repair_faults(data_dir, name), as_json=as_json)


@contextmanager
def _explained() -> Iterator[None]:
    """End the command with the demo's own words where it cannot do what was asked."""
    from monitor.demo.errors import DemoError

    try:
        yield
    except DemoError as error:
        give_up(str(error))


def _show(found: "Sequence[FaultStatus]", *, as_json: bool) -> None:
    from monitor.cli.tables import of, print_json, show_rows

    if as_json:
        print_json(to_json(tuple(found)))
        return
    rows = [
        {
            "fault": each.name,
            "on": each.on,
            "cause": each.cause,
            "what happens": each.description["en"],
        }
        for each in found
    ]
    columns = [(title, of(title)) for title in ("fault", "on", "cause", "what happens")]
    show_rows(rows, columns, empty="no fault was on")
