"""docker-compose.yml and Dockerfile name only files, ports and variables that exist."""

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from sqlalchemy.engine import make_url

from monitor.model.configuration import Configuration
from tests.deployment.composition import (
    ALERTMANAGER,
    COMPOSE,
    DEFAULT_PORTS,
    DOCKERFILE,
    PROMETHEUS,
    ROOT,
    SERVICES,
    argument,
    healthcheck,
    listeners,
    mounts,
    published,
)


def test_every_mounted_path_exists_and_every_named_volume_is_declared() -> None:
    paths = [source for _, source, _ in mounts() if source.startswith(".")]
    names = {source for _, source, _ in mounts() if not source.startswith(".")}

    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert names == set(COMPOSE["volumes"])


def test_every_copied_path_exists() -> None:
    copied = [line.split()[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY")]

    missing = [path for paths in copied for path in paths if not (ROOT / path).exists()]
    kept_out = [path for paths in copied for path in paths if _is_ignored(path)]

    assert missing == []
    assert kept_out == []
    assert _is_ignored("docs/probes.md")


def _is_ignored(path: str) -> bool:
    """Say whether .dockerignore keeps *path* or a folder above it out; its last word counts."""
    ignored = False
    places = (path, *map(str, Path(path).parents))
    for line in (ROOT / ".dockerignore").read_text().split():
        if any(fnmatch(each, line.lstrip("!")) for each in places):
            ignored = not line.startswith("!")
    return ignored


def test_every_published_port_has_a_listener_and_is_for_this_machine_only(
    configuration: Configuration,
) -> None:
    listening = listeners(configuration)
    everything = {name: published(name) for name in SERVICES if published(name)}

    assert {name: {inside for _, _, inside in all_} for name, all_ in everything.items()} == (
        listening
    )
    assert {host for all_ in everything.values() for host, _, _ in all_} == {"127.0.0.1"}
    exposed = re.findall(r"^EXPOSE (.*)$", DOCKERFILE, re.MULTILINE)[0].split()
    assert {int(each) for each in exposed} == listening["monitor"]
    own = configuration.listeners
    assert {own.public_host, own.operations_host} == {"0.0.0.0"}


def test_nothing_moves_the_listeners_of_the_others() -> None:
    options = [
        option for name in ("prometheus", "alertmanager") for option in SERVICES[name]["command"]
    ]

    assert [each for each in options if "listen-address" in each] == []
    assert "GF_SERVER_HTTP_PORT" not in SERVICES["grafana"]["environment"]


def test_the_addresses_of_the_configuration_are_those_that_are_published(
    configuration: Configuration,
) -> None:
    own, platform = configuration.listeners, configuration.platform
    outside = {inside: f"http://{host}:{port}" for host, port, inside in published("monitor")}

    assert platform.public_url == outside[own.public_port]
    assert platform.operations_url == outside[own.operations_port]


def test_the_checks_ask_services_where_they_listen(configuration: Configuration) -> None:
    text = (ROOT / "checks/compose/monitor.yml").read_text()
    asked = re.findall(r"url: http://([a-z]+):(\d+)/", text)

    assert {name for name, _ in asked} == {"grafana", "prometheus"}
    assert [name for name, port in asked if listeners(configuration)[name] != {int(port)}] == []


def test_the_ports_of_the_demo_are_its_own_and_the_ones_that_are_told() -> None:
    environment = SERVICES["demo"]["environment"]
    page, ops = int(environment["PORT"]), int(environment["OPS_PORT"])
    taken = {outside for name in SERVICES for _, outside, _ in published(name)}

    assert SERVICES["demo"]["network_mode"] == "host"
    assert {page, ops} & taken == set()
    assert f"http://127.0.0.1:{page}." in (ROOT / "docker-compose.yml").read_text()


def test_the_store_and_its_check_are_the_database_that_the_composition_makes(
    configuration: Configuration,
) -> None:
    made = SERVICES["postgres"]["environment"]
    text = yaml.safe_load((ROOT / "checks/compose/monitor.yml").read_text())
    store = make_url(configuration.store.url)
    check = make_url(text["checks"]["database-sql"]["url"])
    probe = healthcheck("postgres")

    for url in (store, check):
        assert (url.username, url.database) == (made["POSTGRES_USER"], made["POSTGRES_DB"])
        assert url.host in SERVICES
        assert url.port in {None, 5432}
    assert store.password == "not-secret"
    assert made["POSTGRES_PASSWORD"] == SERVICES["monitor"]["environment"]["POSTGRES_PASSWORD"]
    assert probe[0] == "pg_isready"
    assert probe[probe.index("-U") + 1] == made["POSTGRES_USER"]
    assert probe[probe.index("-d") + 1] == made["POSTGRES_DB"]


def test_the_command_runs_the_mounted_configuration() -> None:
    (target,) = [
        target for name, source, target in mounts() if (name, source) == ("monitor", "./checks")
    ]

    assert f'"{target}/compose/monitor.yml"' in DOCKERFILE


def test_every_variable_of_the_configuration_is_passed_to_the_container() -> None:
    text = (ROOT / "checks/compose/monitor.yml").read_text()
    wanted = {name for name, default in re.findall(r"\$\{(\w+)(:-)?", text) if not default}

    assert wanted <= set(SERVICES["monitor"]["environment"])


def test_every_variable_is_in_the_example_and_no_other() -> None:
    composition = (ROOT / "docker-compose.yml").read_text()
    example = (ROOT / ".env.example").read_text()
    wanted = dict(re.findall(r"\$\{(\w+)(:\?[^}]+)?\}", composition))
    secrets = {each["environment"] for each in COMPOSE["secrets"].values()}

    assert [name for name, message in wanted.items() if message != ":?see .env.example"] == []
    assert set(re.findall(r"^(\w+)=$", example, re.MULTILINE)) == set(wanted) | secrets
    assert "/.env" in (ROOT / ".gitignore").read_text().splitlines()


def test_the_monitor_wakes_somebody(configuration: Configuration) -> None:
    (receiver,) = configuration.receivers

    assert receiver.on_call
    assert receiver.events == ()


def test_alertmanager_tells_somebody_whom_its_container_reaches() -> None:
    (receiver,) = ALERTMANAGER["receivers"]
    (webhook,) = receiver["webhook_configs"]
    secrets = {f"/run/secrets/{name}" for name in SERVICES["alertmanager"]["secrets"]}

    assert ALERTMANAGER["route"]["receiver"] == receiver["name"]
    assert {webhook["url_file"]} == secrets
    assert set(SERVICES["alertmanager"]["secrets"]) == set(COMPOSE["secrets"])


@pytest.mark.parametrize("service", ["prometheus", "alertmanager"])
def test_the_configuration_that_is_named_is_mounted(service: str) -> None:
    mounted = {target: source for name, source, target in mounts() if name == service}

    assert mounted[argument(service, "config.file")] == f"./alerts/{service}.yml"


def test_every_rule_file_is_mounted_where_prometheus_looks() -> None:
    folder = Path(argument("prometheus", "config.file")).parent
    mounted = {target: source for name, source, target in mounts() if name == "prometheus"}
    looked = {str(folder / each): f"./alerts/{each}" for each in PROMETHEUS["rule_files"]}
    shipped = {
        f"./alerts/{each.name}"
        for each in (ROOT / "alerts").glob("*.yml")
        if "groups" in yaml.safe_load(each.read_text())
    }

    assert looked.items() <= mounted.items()
    assert set(looked.values()) == shipped


def test_prometheus_scrapes_and_alerts_to_services_of_the_composition(
    configuration: Configuration,
) -> None:
    (job,) = PROMETHEUS["scrape_configs"]
    (scraped,) = job["static_configs"][0]["targets"]
    (manager,) = PROMETHEUS["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"]

    assert scraped == f"monitor:{configuration.listeners.operations_port}"
    assert manager == f"alertmanager:{DEFAULT_PORTS['alertmanager']}"


def test_grafana_finds_its_data_source_and_its_dashboard() -> None:
    provisioning = ROOT / "dashboards/provisioning"
    source = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())
    provider = yaml.safe_load((provisioning / "dashboards/platform.yml").read_text())
    folder = provider["providers"][0]["options"]["path"]
    targets = {target for name, _, target in mounts() if name == "grafana"}

    assert source["datasources"][0]["url"] == f"http://prometheus:{DEFAULT_PORTS['prometheus']}"
    assert f"{folder}/overview.json" in targets
    assert "/etc/grafana/provisioning" in targets


def test_the_demo_profile_runs_a_module_that_exists() -> None:
    demo = SERVICES["demo"]
    module = demo["entrypoint"][-1]

    assert demo["profiles"] == ["demo"]
    assert (ROOT / (module.replace(".", "/") + ".py")).is_file()
