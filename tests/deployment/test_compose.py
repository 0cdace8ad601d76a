"""docker-compose.yml and Dockerfile name only files, ports and variables that exist."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.app import load_configuration

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def mounts() -> list[tuple[str, str, str]]:
    """Return (service, source, target) of every mount."""
    return [
        (name, *volume.split(":")[:2])
        for name, service in COMPOSE["services"].items()
        for volume in service.get("volumes", [])
    ]


def test_every_mounted_path_exists_and_every_named_volume_is_declared() -> None:
    paths = [source for _, source, _ in mounts() if source.startswith(".")]
    names = {source for _, source, _ in mounts() if not source.startswith(".")}

    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert names == set(COMPOSE["volumes"])


def test_every_copied_path_exists() -> None:
    copied = [line.split()[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY")]

    missing = [path for paths in copied for path in paths if not (ROOT / path).exists()]

    assert missing == []


def test_the_published_ports_are_those_the_configuration_listens_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POSTGRES_PASSWORD", "not-secret")
    configuration = load_configuration(ROOT / "checks/compose/monitor.yml")
    listeners = configuration.listeners
    exposed = set(re.findall(r"^EXPOSE (.*)$", DOCKERFILE, re.MULTILINE)[0].split())
    published = {each.split(":")[-1] for each in COMPOSE["services"]["monitor"]["ports"]}

    assert {str(listeners.public_port), str(listeners.operations_port)} == exposed == published
    assert {listeners.public_host, listeners.operations_host} == {"0.0.0.0"}


def test_the_command_runs_the_mounted_configuration() -> None:
    (target,) = [
        target for name, source, target in mounts() if (name, source) == ("monitor", "./checks")
    ]

    assert f'"{target}/compose/monitor.yml"' in DOCKERFILE


def test_every_variable_of_the_configuration_is_passed_to_the_container() -> None:
    text = (ROOT / "checks/compose/monitor.yml").read_text()
    wanted = {name for name, default in re.findall(r"\$\{(\w+)(:-)?", text) if not default}

    assert wanted <= set(COMPOSE["services"]["monitor"]["environment"])


def test_prometheus_scrapes_and_alerts_to_services_of_the_composition() -> None:
    prometheus = yaml.safe_load((ROOT / "alerts/prometheus.yml").read_text())
    (job,) = prometheus["scrape_configs"]
    (scraped,) = job["static_configs"][0]["targets"]
    (manager,) = prometheus["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"]

    assert scraped == "monitor:9464"
    assert manager.split(":")[0] in COMPOSE["services"]


def test_grafana_finds_its_data_source_and_its_dashboard() -> None:
    provisioning = ROOT / "dashboards/provisioning"
    source = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())
    provider = yaml.safe_load((provisioning / "dashboards/platform.yml").read_text())
    folder = provider["providers"][0]["options"]["path"]
    targets = {target for name, _, target in mounts() if name == "grafana"}

    assert source["datasources"][0]["url"] == "http://prometheus:9090"
    assert f"{folder}/overview.json" in targets
    assert "/etc/grafana/provisioning" in targets


def test_the_demo_profile_runs_a_module_that_exists() -> None:
    demo = COMPOSE["services"]["demo"]
    module = demo["entrypoint"][-1]

    assert demo["profiles"] == ["demo"]
    assert (ROOT / (module.replace(".", "/") + ".py")).is_file()
