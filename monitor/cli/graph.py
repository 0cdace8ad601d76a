"""`monitor graph`: what depends on what, as the configuration has it."""

from typing import Annotated

import typer

from monitor.cli.application import application, load_or_give_up
from monitor.cli.drawing import Format, document, draw
from monitor.cli.options import AsJson, ConfigFile


def graph(
    context: typer.Context,
    config: ConfigFile,
    format: Annotated[
        Format, typer.Option("--format", help="A tree of text, DOT for Graphviz, or Mermaid.")
    ] = Format.TEXT,
    as_json: AsJson = False,
) -> None:
    """Draw services, components and their dependencies: hard, soft and redundant."""
    from monitor.cli.tables import print_json, say

    drawn = load_or_give_up(application(context), config).graph()
    if as_json:
        print_json(document(drawn))
    else:
        say(draw(drawn, format))
