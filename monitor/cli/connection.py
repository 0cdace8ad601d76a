"""Opens the client a command needs and puts its failures where people look for them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.cli.exits import give_up

if TYPE_CHECKING:
    from monitor.cli.client import Client


@contextmanager
def connected(data_dir: Path, url: str | None, token_file: Path | None) -> "Iterator[Client]":
    """Give a client inside the block; a monitor that does not answer ends the command with 2."""
    from monitor.cli.client import Address, Client, ClientError

    try:
        with closing(Client(Address.find(data_dir, url, token_file))) as client:
            yield client
    except ClientError as error:
        give_up(str(error))
