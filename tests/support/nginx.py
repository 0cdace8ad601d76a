"""Real nginx servers: a test gives what stands in the server block and gets a running server."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from tests.support.programs import accepts, end, free_port, require, running, scratch_folder

_CONFIGURATION = """\
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} {listen};
    root {folder}/www;
    {server}
  }}
}}
"""


@dataclass(frozen=True, kw_only=True)
class NginxServer:
    """A running nginx; files put into `root` are served."""

    port: int
    root: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """End the server now; its port refuses connections from here on."""
        end(self.process)


class StartNginx(Protocol):
    """Start a server on a free port, or on the given one."""

    def __call__(
        self, server: str = "", *, listen: str = "", port: int | None = None
    ) -> NginxServer: ...


@pytest.fixture
def nginx() -> Iterator[StartNginx]:
    """Start as many servers as the test needs; all end with it."""
    program = require("nginx")
    with ExitStack() as stack:

        def start(server: str = "", *, listen: str = "", port: int | None = None) -> NginxServer:
            number = port or free_port()
            folder = stack.enter_context(scratch_folder())
            # The worker of a server that root starts runs as an ordinary user and must read.
            folder.chmod(0o755)
            (folder / "www").mkdir()
            text = _CONFIGURATION.format(folder=folder, port=number, listen=listen, server=server)
            (folder / "nginx.conf").write_text(text)
            command = [
                program,
                "-p",
                folder,
                "-c",
                folder / "nginx.conf",
                "-e",
                folder / "error.log",
            ]
            process = stack.enter_context(
                running(command, log=folder / "log", ready=lambda: accepts(number))
            )
            return NginxServer(port=number, root=folder / "www", process=process)

        yield start
