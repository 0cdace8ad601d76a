"""`monitor checks`: mute a check that says nothing of value for a while, and hear it again."""

from typing import Annotated

import typer

from monitor.cli.connection import connected
from monitor.cli.options import DEFAULT_DATA_DIR, AsJson, By, DataDir, TokenFile, Url
from monitor.cli.people import person
from monitor.cli.times import seconds, short_time

checks = typer.Typer(no_args_is_help=True, help="Mute a check for a while, and hear it again.")

CheckName = Annotated[str, typer.Argument(metavar="NAME", help="Name of the check.")]


@checks.command()
def mute(
    *,
    check: CheckName,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the history.")],
    for_: Annotated[
        str, typer.Option("--for", metavar="DURATION", help="How long, such as 30m, 2h or 3d.")
    ],
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Take nothing from a check; it goes on being probed, but opens and colours nothing."""
    from monitor.cli.tables import print_json, say

    body = {"reason": reason, "seconds": seconds(for_), "by": person(by)}
    with connected(data_dir, url, token_file) as client:
        done = client.post(f"/checks/{check}/mute", body)
    if as_json:
        print_json(done)
    else:
        say(f"{done['name']} is muted until {short_time(done['mute']['until'])}")


@checks.command()
def unmute(
    check: CheckName,
    by: By = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Hear a check again before its mute is over."""
    from monitor.cli.tables import print_json, say

    with connected(data_dir, url, token_file) as client:
        done = client.post(f"/checks/{check}/unmute", {"by": person(by)})
    if as_json:
        print_json(done)
    else:
        say(f"{done['name']} is heard again: {done['condition']}")
