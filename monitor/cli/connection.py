"""Opens the client a command needs and puts its failures where people look for them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.cli.exits import ClientError, give_up
from monitor.cli.times import use_zone

if TYPE_CHECKING:
    from monitor.cli.client import Address, Client


@contextmanager
def connected(
    data_dir: Path, url: str | None, token_file: Path | None, time_zone: ZoneInfo | None = None
) -> "Iterator[Client]":
    """Give a client inside the block; a monitor that does not answer ends the command with 2.

    From here on times are read and shown in *time_zone*, or else in the zone of the platform.
    """
    from monitor.cli.client import Address, Client

    try:
        address = Address.find(data_dir, url, token_file)
        use_zone((lambda: time_zone) if time_zone else partial(_zone_of_platform, address))
        with closing(Client(address)) as client:
            yield client
    except ClientError as error:
        give_up(str(error))


def _zone_of_platform(address: "Address") -> tzinfo:
    from monitor.cli.client import Client

    # Tables are printed when the client of their command is closed.
    with closing(Client(address)) as client:
        return client.time_zone()
