"""Brings a database to this version's schema, and refuses one that is ahead of it."""

from importlib import metadata
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from monitor.storage.errors import UnsupportedSchema
from monitor.storage.insert import put
from monitor.storage.tables import META

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(connection: sa.Connection) -> None:
    """Run what is missing, all in one transaction; UnsupportedSchema for a newer database."""
    with connection.begin():
        _refuse_newer(connection, ScriptDirectory.from_config(_config(connection)))
        upgrade_to(connection, "head")
        put(connection, META, [{"key": "written_by", "value": _version()}])


def upgrade_to(connection: sa.Connection, revision: str) -> None:
    """Bring a database to a certain schema, inside the caller's transaction."""
    command.upgrade(_config(connection), revision)


def _version() -> str:
    try:
        return metadata.version("availability-monitor")
    except metadata.PackageNotFoundError:
        return "unknown"


def _config(connection: sa.Connection) -> Config:
    config = Config()
    # The option is a format string of configparser.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _refuse_newer(connection: sa.Connection, script: ScriptDirectory) -> None:
    known = {each.revision for each in script.walk_revisions()}
    present = set(MigrationContext.configure(connection).get_current_heads())
    if present - known:
        raise UnsupportedSchema(
            f"the database has schema {', '.join(sorted(present - known))}, written by monitor "
            f"{_written_by(connection)}; this is {_version()}, which knows no later schema than "
            f"{script.get_current_head()}"
        )


def _written_by(connection: sa.Connection) -> str:
    if not sa.inspect(connection).has_table(META.name):
        return "unknown"
    found = connection.scalar(sa.select(META.c.value).where(META.c.key == "written_by"))
    return str(found or "unknown")
