"""A real Prometheus that scrapes itself once a second."""

import urllib.request
from collections.abc import Iterator
from urllib.error import URLError

import pytest

from tests.support.programs import free_port, require, running, scratch_folder

_CONFIGURATION = """\
global: {{scrape_interval: 1s}}
scrape_configs:
  - job_name: itself
    static_configs: [{{targets: ['127.0.0.1:{port}']}}]
"""


@pytest.fixture(scope="module")
def prometheus() -> Iterator[str]:
    """Give the URL of a server that answers queries; it ends with the module."""
    program = require("prometheus")
    port = free_port()
    url = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"{url}/-/ready", timeout=1) as answer:
                return bool(answer.status == 200)
        except URLError:
            return False

    with scratch_folder() as folder:
        (folder / "prometheus.yml").write_text(_CONFIGURATION.format(port=port))
        command = [
            program,
            f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
        ]
        with running(command, log=folder / "log", ready=ready):
            yield url
