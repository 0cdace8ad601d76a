"""More mechanisms: of the databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from tests.scenarios.servers.templates import DATABASE, ROLE
from tests.scenarios.stand import Stand

# The least that the server allows, and more clients than that.
FEWEST_CONNECTIONS = 10
CLIENTS = 14


@contextmanager
def mariadb_full(stand: Stand, _: Random) -> Iterator[None]:
    """Have idle clients hold all connections that the ledger allows."""
    try:
        stand.mariadb.as_root(f"SET GLOBAL max_connections = {FEWEST_CONNECTIONS}")
        for number in range(CLIENTS):
            stand.mariadb.start_client(f"idle-{number}", "SELECT SLEEP(300)", user=ROLE)
        yield
    finally:
        for number in range(CLIENTS):
            stand.crew.end(f"idle-{number}")
        stand.mariadb.as_root("SET GLOBAL max_connections = 40")
        stand.mariadb.end_clients("SELECT SLEEP")


@contextmanager
def postgres_read_only(stand: Stand, _: Random) -> Iterator[None]:
    """Have every new session refuse to write, as after a failover to the wrong side."""
    with stand.postgres.connect() as connection:
        change = f"ALTER DATABASE {DATABASE} SET default_transaction_read_only"
        try:
            connection.execute(f"{change} = on".encode())
            yield
        finally:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"{change} = off".encode())


@contextmanager
def table_renamed(stand: Stand, _: Random) -> Iterator[None]:
    """Rename a table that the running release reads, as a migration that went ahead of it."""
    with stand.postgres.connect(ROLE, "migration") as connection:
        try:
            connection.execute("ALTER TABLE accounts RENAME TO accounts_v2")
            yield
        finally:
            connection.execute("ALTER TABLE accounts_v2 RENAME TO accounts")
