"""A store with a published notice, and the certificates of a mail server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.clock import SystemClock
from monitor.storage.store import Store, open_store
from tests.publish.mail.server import Certificates
from tests.publish.mail.worlds import EVENT, NOTICE


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = open_store("", tmp_path / "data", SystemClock())
    opened.writer.start()
    await opened.save_notice(NOTICE, [EVENT])
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.make(tmp_path_factory.mktemp("tls"))
