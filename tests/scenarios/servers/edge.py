"""The edge, nginx in front of the application, and the other plain servers."""

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
import yaml

from tests.scenarios.crew import Crew
from tests.scenarios.network import Addresses, Side
from tests.scenarios.servers import places
from tests.support.programs import require

_CONFIGURATION = """\
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 768; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream credit {{ {upstream} }}
  server {{
    listen {host}:{http} backlog=128;
    listen {host}:{https} ssl backlog=128;
    ssl_certificate {folder}/certificate.pem;
    ssl_certificate_key {folder}/certificate.pem;
    if (-f {folder}/maintenance) {{ return 503; }}
    error_page 503 @maintenance;
    location @maintenance {{
      add_header Retry-After 120 always;
      default_type text/html;
      charset utf-8;
      return 503 "<title>系统维护中</title><p>系统升级维护，请稍后再试。</p>";
    }}
    location = /edge {{ return 200 "ok"; }}
    location = /login {{ return 401; }}
    location / {{
      proxy_pass http://credit;
      proxy_connect_timeout 1s;
      proxy_read_timeout 5s;
      proxy_next_upstream error timeout non_idempotent;
      proxy_next_upstream_tries 2;
    }}
  }}
  server {{
    listen {host}:{status};
    location = /metrics {{
      default_type text/plain;
      return 200 "nginx_connections_active $connections_active
nginx_connections_reading $connections_reading
nginx_connections_writing $connections_writing
nginx_connections_waiting $connections_waiting
";
    }}
  }}
}}
"""
NOWHERE = "nowhere"
_REFERENCE = """\
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen {host}:{port};
    location / {{ return 204; }}
  }}
}}
"""


class Edge:
    """nginx; its certificate, its maintenance page and its instances can be changed."""

    def __init__(self, crew: Crew, host: str, authority: trustme.CA, instances: int) -> None:
        self._crew = crew
        self._host = host
        self._authority = authority
        self._instances = instances
        self.folder = _nginx_folder(crew, "edge")

    def start(self) -> None:
        """Start with a good certificate."""
        self.show_certificate(days=90)
        _start_nginx(self._crew, "edge", self.folder, self._text(places.CREDIT), Side.INSIDE)

    def pass_on_to(self, port: int) -> None:
        """Pass requests on to the application at another port than usual."""
        (self.folder / "nginx.conf").write_text(self._text(port))
        self.reload()

    def _text(self, port: int) -> str:
        upstream = " ".join(
            f"server {self._host}:{port + 10 * number} max_fails=1 fail_timeout=2s;"
            for number in range(self._instances)
        )
        return _CONFIGURATION.format(
            folder=self.folder,
            host=self._host,
            upstream=upstream,
            http=places.EDGE_HTTP,
            https=places.EDGE_HTTPS,
            status=places.EDGE_STATUS,
        )

    def show_certificate(self, days: float) -> None:
        """Have a certificate that ends in so many days; a running server must be told."""
        now = datetime.now(UTC)
        leaf = self._authority.issue_cert(
            places.EDGE_NAME,
            self._host,
            not_before=now - timedelta(days=91),
            not_after=now + timedelta(days=days),
        )
        leaf.private_key_and_cert_chain_pem.write_to_path(str(self.folder / "certificate.pem"))

    def reload(self) -> None:
        """Take over what has changed, without dropping a connection."""
        self._crew.send("edge", signal.SIGHUP)

    def show_maintenance(self, *, on: bool) -> None:
        """Answer everything with the maintenance page, or no longer."""
        page = self.folder / "maintenance"
        page.touch() if on else page.unlink(missing_ok=True)


def start_reference(crew: Crew, host: str) -> None:
    """Start the outside reference: a host of nobody in particular that always answers."""
    folder = _nginx_folder(crew, "reference")
    text = _REFERENCE.format(folder=folder, host=host, port=places.REFERENCE)
    _start_nginx(crew, "reference", folder, text, Side.OUTSIDE)


def start_exporter(crew: Crew, host: str) -> None:
    """Start node_exporter, as the platform's host has it."""
    quiet = ["--collector.disable-defaults"]
    kinds = ("cpu", "loadavg", "meminfo", "netdev", "netstat", "pressure", "sockstat", "stat")
    more = ("conntrack", "filefd", "filesystem", "time", "timex", "vmstat")
    collectors = [f"--collector.{each}" for each in (*kinds, *more)]
    listen = f"--web.listen-address={host}:{places.EXPORTER}"
    server = [require("prometheus-node-exporter"), listen, *quiet, *collectors]
    ready = lambda: "Listening on" in crew.log("exporter")  # noqa: E731 - one short question
    crew.start("exporter", server, Side.INSIDE, ready=ready)


def start_prometheus(crew: Crew, host: str, instances: int) -> None:
    """Start Prometheus, which asks the edge and the application every second."""
    credit = [f"{host}:{places.CREDIT_STATS + 10 * number}" for number in range(instances)]
    jobs = {"edge": [f"{host}:{places.EDGE_STATUS}"], "credit": credit}
    configuration = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "900ms"},
        "scrape_configs": [
            {"job_name": job, "static_configs": [{"targets": targets}]}
            for job, targets in jobs.items()
        ],
    }
    folder = crew.place("prometheus")
    (folder / "prometheus.yml").write_text(yaml.safe_dump(configuration))
    place = [f"--web.listen-address={host}:{places.PROMETHEUS}", f"--storage.tsdb.path={folder}"]
    server = [require("prometheus"), f"--config.file={folder / 'prometheus.yml'}", *place]
    ready = lambda: "ready to receive" in crew.log("prometheus")  # noqa: E731 - as above
    crew.start("prometheus", server, Side.INSIDE, ready=ready)


def start_names(crew: Crew, addresses: Addresses, edge: str = "") -> None:
    """Start dnsmasq with the bench's zone; it asks nobody else.

    The name of the edge leads to *edge*, if that is said; `NOWHERE` leaves it out of the zone.
    """
    records = {
        places.EDGE_NAME: edge or addresses.platform,
        places.name_of("channel-a"): addresses.channel_a,
        places.name_of("channel-b"): addresses.channel_b,
        f"reference.{places.ZONE}": addresses.reference,
    }
    alone = ["--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts"]
    listen = [f"--listen-address={addresses.platform}", "--bind-interfaces", "--pid-file"]
    zone = [f"--local=/{places.ZONE}/", "--local-ttl=1"]
    hosts = [
        f"--host-record={name},{address}" for name, address in records.items() if address != NOWHERE
    ]
    server = [require("dnsmasq"), *alone, *listen, *zone, *hosts, "--user=root"]
    crew.start("names", server, Side.INSIDE)


def _nginx_folder(crew: Crew, name: str) -> Path:
    folder = crew.place(name)
    # The worker of a server that root starts runs as an ordinary user and must read.
    folder.chmod(0o755)
    return folder


def _start_nginx(crew: Crew, name: str, folder: Path, text: str, side: Side) -> None:
    (folder / "nginx.conf").write_text(text)
    own = ["-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
    pid = folder / "pid"
    crew.start(name, [require("nginx"), *own], side, ready=pid.exists)
