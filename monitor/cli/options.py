"""Options that several commands share, described once."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli.times import zone_named

ConfigFile = Annotated[
    Path,
    typer.Option("--config", "-c", metavar="FILE", help="The configuration, such as monitor.yml."),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print JSON, and nothing else, on standard output.")
]
DataDir = Annotated[
    Path,
    typer.Option(
        "--data-dir",
        envvar="DATA_DIR",
        help="Where the running monitor keeps its address and token.",
    ),
]
Url = Annotated[
    str | None,
    typer.Option("--url", help="Operations URL of the monitor, instead of the one in DATA_DIR."),
]
TokenFile = Annotated[
    Path | None,
    typer.Option("--token-file", help="File with the token, instead of the one in DATA_DIR."),
]
TimeZone = Annotated[
    ZoneInfo | None,
    typer.Option(
        "--time-zone",
        metavar="NAME",
        parser=zone_named,
        help="Zone of times that are given without one, and of those shown; the platform's by"
        " default.",
    ),
]

By = Annotated[str | None, typer.Option("--by", help="Who says so; your login name by default.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many.")]
Services = Annotated[
    list[str] | None, typer.Option("--service", help="A service; may be repeated.")
]
Components = Annotated[
    list[str] | None, typer.Option("--component", help="A component; may be repeated.")
]
TitleZh = Annotated[str | None, typer.Option("--title-zh", help="Title for users, in Chinese.")]
TitleEn = Annotated[str | None, typer.Option("--title-en", help="Title for users, in English.")]

DEFAULT_DATA_DIR = Path("var")
DEFAULT_LIMIT = 100
TIMES = 'ISO 8601 ("2026-01-10T00:30"), "now", or "+5m" from now'
