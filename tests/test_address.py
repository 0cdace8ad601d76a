"""The note in DATA_DIR leads the command line to a running monitor."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.address import leave_note
from monitor.cli.client import Address
from monitor.model.configuration import Configuration, Listeners, StoreConfig
from monitor.model.platform import Platform


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:9464"), ("::1", "http://[::1]:9464")],
    ids=["IPv4", "IPv6"],
)
def test_the_note_holds_an_address_that_can_be_asked(tmp_path: Path, host: str, url: str) -> None:
    configuration = Configuration(
        platform=Platform(names={"en": "Pay"}),
        services=(),
        components=(),
        checks=(),
        listeners=Listeners(public_host=host, operations_host=host),
        store=StoreConfig(data_dir=str(tmp_path)),
    )

    leave_note(configuration, datetime(2026, 3, 1, tzinfo=UTC), None)

    assert Address.find(tmp_path, None, None).url == url
    public = json.loads((tmp_path / "monitor.json").read_text())["public_url"]
    assert public == url.replace("9464", "8080")
