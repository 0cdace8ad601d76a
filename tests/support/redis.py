"""A real Redis server for the tests that ask for one."""

from collections.abc import Iterator

import pytest

from tests.support.programs import accepts, free_port, require, running, scratch_folder


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """URL of one server for the whole session; it keeps nothing on disk."""
    server, port = require("redis-server"), free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with (
        scratch_folder() as folder,
        running([server, *options], log=folder / "log", ready=lambda: accepts(port)),
    ):
        yield f"redis://127.0.0.1:{port}/0"
