"""`monitor run`, `validate` and `schema`: what starts from a configuration file."""

from typing import Annotated

import typer

from monitor.cli.application import application
from monitor.cli.exits import Exit, give_up
from monitor.cli.options import AsJson, ConfigFile
from monitor.config import ConfigError, Problem


def run(context: typer.Context, config: ConfigFile) -> None:
    """Run the monitor in the foreground until it is told to stop."""
    try:
        code = application(context).run(config)
    except ConfigError as error:
        give_up(f"{config} cannot be used\n{error}")
    raise typer.Exit(code)


def validate(context: typer.Context, config: ConfigFile, as_json: AsJson = False) -> None:
    """Check a configuration; every mistake is shown at once, with its file, line and key."""
    from monitor.cli.tables import print_json, say

    try:
        loaded = application(context).load_configuration(config)
    except ConfigError as error:
        if as_json:
            problems = [_as_json(each) for each in error.problems]
            print_json({"valid": False, "problems": problems, "warnings": []})
            raise typer.Exit(Exit.UNUSABLE) from error
        give_up(f"{config} cannot be used\n{error}")
    if as_json:
        print_json({"valid": True, "problems": [], "warnings": list(loaded.warnings)})
        return
    counts = {
        "services": len(loaded.services),
        "components": len(loaded.components),
        "checks": len(loaded.checks),
        "receivers": len(loaded.receivers),
    }
    holds = ", ".join(f"{count} {name}" for name, count in counts.items())
    say(*(f"warning: {each}" for each in loaded.warnings), f"{config} is valid: {holds}")


def schema(
    context: typer.Context,
    config: Annotated[
        str | None,
        typer.Option("--config", "-c", help="Changes nothing: all files have one schema."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the JSON Schema of configuration files, for editors and other tools."""
    from monitor.cli.tables import print_json

    _ = (config, as_json)
    print_json(application(context).configuration_schema())


def _as_json(problem: Problem) -> dict[str, str | int]:
    return {
        "file": problem.file,
        "line": problem.line,
        "key": problem.key,
        "message": problem.message,
    }
