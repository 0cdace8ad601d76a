"""`monitor publish`: the whole public face as files, for a CDN, an object store or a web server."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.connection import connected
from monitor.cli.exits import give_up
from monitor.cli.options import DEFAULT_DATA_DIR, AsJson, DataDir, TokenFile, Url

To = Annotated[Path, typer.Option("--to", metavar="DIR", help="The folder to write to.")]


def publish(
    to: To,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Write the public face of the running monitor into a folder, each file in one step."""
    from monitor.cli.tables import print_json, say
    from monitor.web.public.folder import PublishedFolder

    with connected(data_dir, url, token_file) as client:
        files = client.get("/public-files")["files"]
    if not files:
        give_up("the monitor has just started and has nothing to show yet; try again in a moment")
    try:
        changed = PublishedFolder(to).publish({name: each.encode() for name, each in files.items()})
    except OSError as error:
        give_up(f"{to} cannot be written: {error.strerror}")
    if as_json:
        print_json({"folder": str(to), "files": len(files), "changed": changed})
    else:
        say(f"{len(files)} files in {to}, {changed} of them changed")
