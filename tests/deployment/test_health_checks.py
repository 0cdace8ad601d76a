"""Each health check asks the program it stands for, and tells a good answer from a bad one."""

import http.server
import re
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from monitor.model.configuration import Configuration
from monitor.web.ops.guard import OPEN_PATHS
from tests.deployment.composition import SERVICES, healthcheck

ASKS = re.compile(r"HTTPConnection\('127\.0\.0\.1', (\d+), .*?request\('GET', '(.*?)'\)")


def test_each_monitor_is_asked_for_its_health_where_it_listens(
    configuration: Configuration,
) -> None:
    operations = {
        "monitor": configuration.listeners.operations_port,
        "demo": int(SERVICES["demo"]["environment"]["OPS_PORT"]),
    }
    built = {name for name, service in SERVICES.items() if "build" in service}

    assert built == set(operations)
    for name, port in operations.items():
        asked = ASKS.findall(healthcheck(name)[-1])
        assert [int(each) for each, _ in asked] == [port]
        assert {path for _, path in asked} <= OPEN_PATHS


@pytest.fixture(name="answering")
def _answering() -> Iterator[dict[int, int]]:
    """Return the port of a server for each status it answers with."""

    class Answering(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(statuses[self.server.server_port])  # type: ignore[attr-defined]
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Keep quiet."""

    servers = [http.server.HTTPServer(("127.0.0.1", 0), Answering) for _ in range(2)]
    statuses = {
        server.server_port: status for server, status in zip(servers, (200, 503), strict=True)
    }
    threads = [threading.Thread(target=server.serve_forever) for server in servers]
    for thread in threads:
        thread.start()
    yield {status: port for port, status in statuses.items()}
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("service", ["monitor", "demo"])
def test_a_health_check_tells_a_good_answer_from_a_bad_one(
    service: str, answering: dict[int, int]
) -> None:
    _, *arguments = healthcheck(service)
    code = arguments.pop()

    def asked(port: int) -> bool:
        moved = re.sub(r"(HTTPConnection\('127\.0\.0\.1', )\d+", rf"\g<1>{port}", code)
        done = subprocess.run([sys.executable, *arguments, moved], check=False, capture_output=True)
        return done.returncode == 0

    assert asked(answering[200])
    assert not asked(answering[503])
    assert not asked(1)


def test_who_waits_for_a_service_waits_for_one_that_has_a_health_check() -> None:
    awaited = {
        other
        for service in SERVICES.values()
        for other, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_healthy"
    }

    assert awaited == {"postgres"}
    assert [name for name in awaited if "healthcheck" not in SERVICES[name]] == []
