"""A monitor's operations API as the command line sees it: a real server, small and scripted."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TOKEN = "token-of-the-api"


@dataclass
class Api:
    """What the server answers, and what it was asked."""

    answers: dict[tuple[str, str], Any] = field(
        default_factory=lambda: {("GET", "/platform"): {"time_zone": "Asia/Shanghai"}}
    )
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    url: str = ""

    @property
    def sent(self) -> list[Any]:
        """The body of every write, in order."""
        return [body for method, _, body in self.asked if method == "POST"]

    def answer(self, method: str, target: str, body: Any, token: str) -> tuple[int, Any]:
        """Speak the protocol: writes need the token, lists are paged, the rest is scripted."""
        parts = urlsplit(target)
        path, query = parts.path.removeprefix("/api/v1"), dict(parse_qsl(parts.query))
        self.asked.append((method, path, query if method == "GET" else body))
        if method == "POST" and token != f"Bearer {TOKEN}":
            return 401, _error("unauthorized", "writes need the token")
        found = self.answers.get((method, path))
        if found is None:
            return 404, _error("not_found", f"nothing at {path}")
        if isinstance(found, Refusal):
            return found.status, _error(found.code, found.message)
        return 200, _page(found, query) if (method, path) == ("GET", "/incidents") else found


@dataclass(frozen=True)
class Refusal:
    """An answer that says no."""

    status: int
    code: str
    message: str


def _error(code: str, message: str) -> Any:
    return {"error": {"code": code, "message": message}}


def _page(found: list[dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
    kept = [each for each in found if "open" not in query or each["status"] == "open"]
    ids = [each["id"] for each in kept]
    first = ids.index(query["before"]) + 1 if "before" in query else 0
    return kept[first : first + int(query["limit"])]


@contextmanager
def serving(data_dir: Path) -> Iterator[Api]:
    """Serve inside the block, recorded in *data_dir* as a running monitor records itself."""
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve("GET", None)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._serve("POST", json.loads(self.rfile.read(length) or b"null"))

        def _serve(self, method: str, body: Any) -> None:
            token = self.headers.get("Authorization", "")
            status, answer = api.answer(method, self.path, body, token)
            sent = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        api.url = f"http://127.0.0.1:{server.server_port}"
        record = {"operations_url": api.url, "public_url": "", "pid": 1, "started_at": ""}
        (data_dir / "monitor.json").write_text(json.dumps(record))
        (data_dir / "token").write_text(f"{TOKEN}\n")
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()
