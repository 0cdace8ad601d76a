"""What docker-compose.yml and Dockerfile say, for the tests of both."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from monitor.model.configuration import Configuration

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PROMETHEUS: dict[str, Any] = yaml.safe_load((ROOT / "alerts/prometheus.yml").read_text())
ALERTMANAGER: dict[str, Any] = yaml.safe_load((ROOT / "alerts/alertmanager.yml").read_text())
FROM_IMAGE = json.loads(
    re.findall(r"^HEALTHCHECK .*?CMD (\[.*?\])$", DOCKERFILE, re.MULTILINE | re.DOTALL)[0]
)
# What the images listen on where neither arguments nor environment say otherwise.
DEFAULT_PORTS = {"prometheus": 9090, "alertmanager": 9093, "grafana": 3000}


def listeners(configuration: Configuration) -> dict[str, set[int]]:
    """Return what listens in each container that publishes ports."""
    own = configuration.listeners
    others = {name: {port} for name, port in DEFAULT_PORTS.items()}
    return {"monitor": {own.public_port, own.operations_port}, **others}


def published(service: str) -> list[tuple[str, int, int]]:
    """Return address, port outside and port inside of all that a service publishes."""
    parts = [each.split(":") for each in SERVICES[service].get("ports", [])]
    return [(host, int(outside), int(inside)) for host, outside, inside in parts]


def argument(service: str, name: str) -> str:
    """Return the value of one `--name=value` of a service's command."""
    (value,) = [
        each.removeprefix(f"--{name}=")
        for each in SERVICES[service]["command"]
        if each.startswith(f"--{name}=")
    ]
    return str(value)


def healthcheck(service: str) -> list[str]:
    """Return the command that says whether a container is well, the image's where it has none."""
    own = SERVICES[service].get("healthcheck")
    test = own["test"] if own else ["CMD", *FROM_IMAGE]
    assert test[0] == "CMD"
    return list(test[1:])


def mounts() -> list[tuple[str, str, str]]:
    """Return (service, source, target) of every mount."""
    return [
        (name, *volume.split(":")[:2])
        for name, service in SERVICES.items()
        for volume in service.get("volumes", [])
    ]
