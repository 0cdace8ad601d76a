"""A small platform of the test's own: a real monitor process, and targets with a switch each."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from tests.acceptance.stand import Stand
from tests.support.programs import free_port

SERVICES = ("pay", "borrow", "repay", "buy")
# What the test answers for: the parts of the platform, and three ways out of the network.
PARTS = ("store", "shop", "mailer")
CANARIES = ("router", "resolver", "outside")
SECRET = "s" * 32


class Board(ThreadingHTTPServer):
    """Answers 503 for each path in `broken`, else 200; keeps the webhooks posted to it."""

    daemon_threads = True
    # All checks may come at once while other tests hold the interpreter; none may be turned away.
    request_queue_size = 128

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.broken: set[str] = set()
        self.hooks: list[dict[str, Any]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Board

    def do_GET(self) -> None:
        self._answer(503 if self.path.strip("/") in self.server.broken else 200)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.hooks.append({"type": body["type"], "body": body})
        self._answer(204)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Keep quiet."""


class BoardStand(Stand):
    """The monitor alone, once a second, on four services over a shop that needs a store."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self.board = Board(free_port())
        # Hears of incidents also while nothing else answers.
        self.receiver = Board(free_port())
        file = data_dir / "monitor.yml"
        self.program = ("-m", "monitor", "run", "-c", str(file))
        file.write_text(self._configuration())

    def start(self) -> None:
        """Serve the targets, then start the monitor."""
        for each in (self.board, self.receiver):
            Thread(target=each.serve_forever, daemon=True).start()
        super().start()

    def stop(self) -> int:
        """End the monitor, then its targets."""
        code = super().stop()
        for each in (self.board, self.receiver):
            each.shutdown()
            each.server_close()
        return code

    def webhooks(self) -> list[dict[str, Any]]:
        """Return what the receiver got, in order of arrival."""
        return list(self.receiver.hooks)

    def break_(self, *parts: str) -> None:
        """Let parts answer 503 from now on."""
        self.board.broken |= set(parts)

    def repair(self, *parts: str) -> None:
        """Let parts work again."""
        self.board.broken -= set(parts)

    def recover(self) -> None:
        """Let everything work again, for the next story."""
        self.board.broken.clear()

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """Let nothing answer at all, as where the monitor has lost its own network."""
        port = self.board.server_address[1]
        self.board.shutdown()
        self.board.server_close()
        yield
        self.board = Board(port)
        Thread(target=self.board.serve_forever, daemon=True).start()

    def _configuration(self) -> str:
        target = f"http://127.0.0.1:{self.board.server_address[1]}"
        services = "".join(
            f"  {name}: {{name: {{zh-CN: 服务, en: {name}}}, depends_on: [shop]}}\n"
            for name in SERVICES
        )
        checks = "".join(
            f"  {name}: {{type: http, component: {name}, url: {target}/{name},"
            f" canary: {str(name in CANARIES).lower()}}}\n"
            for name in (*PARTS, *CANARIES)
        )
        canaries = "".join(f"  {name}: {{kind: network}}\n" for name in CANARIES)
        return f"""
platform: {{name: {{zh-CN: 试验, en: Trial}}}}
services:
{services}  mail: {{name: {{zh-CN: 邮件, en: Mail}}, depends_on: [mailer]}}
components:
  store: {{kind: server}}
  shop: {{kind: server, depends_on: [store]}}
  mailer: {{kind: server}}
{canaries}defaults:
  interval: 1s
  timeout: 800ms
  confirmation: {{failures: 2, window: 3, recoveries: 3, retry_after: null}}
checks:
{checks}receivers:
  on-call:
    type: webhook
    url: http://127.0.0.1:{self.receiver.server_address[1]}/
    secret: {SECRET}
    events: [incident., maintenance., monitor.]
report_deadlines: [{{rule: brief, severity: major, after: 1h, remind_before: 1m}}]
recovery: {{watch: 3s, critical_watch: 3s}}
maintenance: {{overrun_grace: 60s, minimum_lead: 0s}}
notices: {{min_duration: 1s}}
listeners: {{public: "127.0.0.1:{self.port}", operations: "127.0.0.1:{self.ops_port}"}}
store: {{data_dir: "{self.data_dir}"}}
"""
