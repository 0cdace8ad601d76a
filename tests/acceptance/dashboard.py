"""Asks a real Prometheus that scrapes the stand every query of the shipped dashboard."""

import json
from typing import Any

import httpx

from monitor import resources
from tests.acceptance.stand import Stand
from tests.support.programs import accepts, free_port, require, running, scratch_folder

CONFIGURATION = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [{rules}]
scrape_configs:
  - job_name: availability-monitor
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""


def queries() -> dict[str, str]:
    """Return every query of the dashboard with the panel and place it stands in."""
    dashboard = json.loads(resources.path("dashboards", "overview.json").read_text())
    return {
        f"{panel['title']} {target['refId']}": target["expr"]
        for panel in dashboard["panels"]
        for target in panel["targets"]
    }


def ask_dashboard(stand: Stand) -> dict[str, Any]:
    """Return Prometheus's answer to each query, and the state of its rules."""
    with scratch_folder() as folder:
        port = free_port()
        rules = resources.path("alerts", "availability.yml")
        file = folder / "prometheus.yml"
        file.write_text(CONFIGURATION.format(port=stand.ops_port, rules=rules))
        command = [
            require("prometheus"),
            f"--config.file={file}",
            f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
        ]

        def ask(path: str, **parameters: str) -> Any:
            url = f"http://127.0.0.1:{port}/api/v1/{path}"
            answer = httpx.get(url, params=parameters, trust_env=False, timeout=5)
            return answer.json()

        def scraped_often() -> bool:
            found = ask("query", query='count_over_time(up{job="availability-monitor"}[1m]) >= 4')
            return bool(found["data"]["result"])

        with running(command, log=folder / "prometheus.log", ready=lambda: accepts(port)):
            stand.wait(scraped_often, "four scrapes")
            targets = ask("targets")["data"]["activeTargets"]
            return {
                "answers": {name: ask("query", query=expr) for name, expr in queries().items()},
                "target": targets[0],
                "rules": ask("rules")["data"]["groups"][0]["rules"],
            }
