from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.platform import Platform, make_installation, running
from tests.support.programs import scratch_folder


@pytest.fixture(scope="session")
def installation() -> Iterator[Path]:
    """Return the Python of an environment whose monitor is a stand-in."""
    with scratch_folder() as folder:
        yield make_installation(folder / "venv")


@pytest.fixture(scope="session")
def demo(installation: Path) -> Iterator[Platform]:
    """One running demo for the tests that leave it as they found it.

    Its folder is not pytest's own, which every other pytest closes for other users.
    """
    with scratch_folder() as folder, running(Platform(installation, folder / "var")) as platform:
        yield platform


@pytest.fixture
def own_demo(installation: Path) -> Iterator[Platform]:
    """A demo of the test's own, not started yet; what it starts ends with the test."""
    with scratch_folder() as folder:
        platform = Platform(installation, folder / "var")
        yield platform
        if platform.process is not None:
            platform.stop()
        for record in platform.state().processes.values():
            record.end()
