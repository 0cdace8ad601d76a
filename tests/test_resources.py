"""Shipped folders are found in a wheel as well as beside an editable installation."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from monitor import resources
from tests.support.programs import run

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("folder", sorted(resources.FOLDERS))
def test_an_editable_installation_uses_the_folders_of_the_repository(folder: str) -> None:
    assert resources.path(folder) == ROOT / resources.FOLDERS[folder]


@pytest.mark.parametrize(
    "parts",
    [(), ("secrets",), ("checks", "no-such-file.yml")],
    ids=["nothing", "no such folder", "no such file"],
)
def test_what_does_not_ship_is_an_error_of_its_own(parts: tuple[str, ...]) -> None:
    with pytest.raises(resources.ResourceNotFoundError):
        resources.path(*parts)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as a release does."""
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT)
    return next(folder.glob("availability_monitor-*.whl"))


def test_the_wheel_carries_every_shipped_file(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    shipped = {
        str(Path("monitor/_data") / name / path.relative_to(ROOT / folder))
        for name, folder in resources.FOLDERS.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }

    assert shipped
    assert shipped <= carried
    assert "monitor/py.typed" in carried
    assert not [name for name in carried if name.startswith("tests/")]


def test_an_installed_wheel_finds_its_own_folders(wheel: Path, tmp_path: Path) -> None:
    """In a clean environment outside the tree, where nothing of the repository is at hand."""
    venv.create(tmp_path / "venv", with_pip=False, symlinks=True)
    site = next((tmp_path / "venv" / "lib").glob("python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    ask = "from monitor.resources import path; print(*map(path, ('alerts', 'runbooks')), sep='\\n')"
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    answer = subprocess.run(
        [tmp_path / "venv" / "bin" / "python", "-c", ask],
        cwd=tmp_path,
        env=clean,
        capture_output=True,
        text=True,
        check=True,
    )

    data = site / "monitor" / "_data"
    assert answer.stdout.splitlines() == [str(data / "alerts"), str(data / "runbooks")]
