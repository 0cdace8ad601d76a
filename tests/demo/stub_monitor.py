"""Stands in for the monitor: it is ready, takes what the demo reports, and ends when told."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOKEN = "a-token"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(200, {})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length) or b"{}")
        if self.path == "/exit":
            os._exit(body["code"])
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(401, {})
            return
        with Path(os.environ["DATA_DIR"], "reported.jsonl").open("a") as stream:
            stream.write(json.dumps({"path": self.path, "body": body}) + "\n")
        self._answer(201, {"id": "win_1"})

    def log_message(self, *_: object) -> None:
        return

    def _answer(self, status: int, document: dict[str, str]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    data_dir = Path(os.environ["DATA_DIR"])
    started = {"argv": sys.argv[1:], "cwd": str(Path.cwd()), "environment": dict(os.environ)}
    (data_dir / "started.json").write_text(json.dumps(started))
    (data_dir / "token").write_text(TOKEN + "\n")
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["OPS_PORT"])), Handler)
    server.serve_forever()


if __name__ == "__main__":
    main()
