"""The wheel, installed in a clean environment outside the tree, runs a copied example."""

import http.server
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.polling import eventually
from tests.support.programs import free_port, run, running, scratch_folder

ROOT = Path(__file__).parents[2]


@pytest.fixture(name="place", scope="module")
def _place() -> Iterator[Path]:
    """A folder outside the tree with an environment that has the wheel and its dependencies.

    The locked dependencies are those of this environment, by reference: installing them once
    more would test pip, not the wheel.
    """
    with scratch_folder() as folder:
        run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT)
        run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"])
        (wheel,) = folder.glob("*.whl")
        python = f"python{sys.version_info.major}.{sys.version_info.minor}"
        packages = folder / "venv" / "lib" / python / "site-packages"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(packages)
        (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
        yield folder


@pytest.fixture(name="health")
def _health() -> Iterator[int]:
    """A target that answers as the example expects."""

    class Health(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'{"status": "ok", "version": "1.4.2"}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Keep quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Health)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_package_is_the_one_of_the_wheel(place: Path) -> None:
    done = subprocess.run(
        [place / "venv/bin/python", "-c", "import monitor; print(monitor.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=place,
    )

    assert done.stdout.startswith(str(place))


def test_a_copied_example_runs(place: Path, health: int) -> None:
    example = (ROOT / "checks/examples/http.yml").read_text()
    public, operations = free_port(), free_port()
    target = f"url: http://127.0.0.1:{health}/"
    example = re.sub(r"url: http://127\.0\.0\.1:\d+/health", target, example)
    example = re.sub(r"interval: 30s", "interval: 6s", example)
    assert target in example
    listeners = f'public: "127.0.0.1:{public}", operations: "127.0.0.1:{operations}"'
    (place / "monitor.yml").write_text(f"{example}\nlisteners: {{{listeners}}}\n")
    data = str(place / "data")
    environment = {"PATH": os.environ["PATH"], "HOME": str(place), "DATA_DIR": data}
    command = [place / "venv/bin/python", "-m", "monitor", "run", "-c", "monitor.yml"]

    def ready() -> bool:
        return httpx.get(f"http://127.0.0.1:{operations}/readyz", trust_env=False).is_success

    shutil.rmtree(place / "data", ignore_errors=True)
    with running(
        ["env", "-i", *(f"{name}={value}" for name, value in environment.items()), *command],
        log=place / "monitor.log",
        ready=lambda: _quietly(ready),
    ):
        page = eventually(lambda: httpx.get(f"http://127.0.0.1:{public}/?lang=en", trust_env=False))

    assert page.status_code == httpx.codes.OK
    assert "Checkout" in page.text


def _quietly(ask: object) -> bool:
    try:
        return bool(ask()) if callable(ask) else False
    except httpx.HTTPError:
        return False
