"""Settings of the whole suite: loopback only, the loop of production, servers on demand."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings

from tests.support.network import LoopbackLoop, refuse_other_networks

if TYPE_CHECKING:
    from pytest_asyncio.plugin import LoopFactory

pytest_plugins = [
    "tests.support.mariadb",
    "tests.support.nginx",
    "tests.support.postgres",
    "tests.support.redis",
]

refuse_other_networks()

# Hundreds of processes are started; each would compile the whole code anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The machine is shared, so the time one example takes says nothing about the code; and the same
# code passes or fails alike everywhere. `pytest --hypothesis-profile=explore` looks further.
BUSY = (HealthCheck.too_slow,)
settings.register_profile(
    "project", deadline=None, max_examples=100, derandomize=True, suppress_health_check=BUSY
)
settings.register_profile("explore", deadline=None, max_examples=1000, suppress_health_check=BUSY)
settings.load_profile("project")


def pytest_asyncio_loop_factories() -> "Mapping[str, LoopFactory]":
    """Run every async test on uvloop, as production does."""
    return {"uvloop": LoopbackLoop}
