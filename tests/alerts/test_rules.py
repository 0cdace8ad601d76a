"""The Prometheus rules are valid, tested both ways, and speak of metrics and pages that exist."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from monitor import resources
from tests.support.programs import require

ALERTS = resources.path("alerts")
ROOT = Path(__file__).parents[2]


def rules() -> list[dict[str, object]]:
    """Return all alerting rules."""
    document = yaml.safe_load((ALERTS / "availability.yml").read_text())
    return [rule for group in document["groups"] for rule in group["rules"]]


def promtool(*arguments: str) -> None:
    """Run promtool and show what it says where it fails."""
    result = subprocess.run(
        [require("promtool"), *arguments], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_promtool_accepts_the_configuration_and_its_rules() -> None:
    promtool("check", "config", str(ALERTS / "prometheus.yml"))


@pytest.mark.parametrize("path", sorted(ALERTS.glob("*_test.yml")), ids=lambda path: path.name)
def test_the_rules_fire_and_stay_quiet_as_their_tests_say(path: Path) -> None:
    promtool("test", "rules", str(path))


def test_every_rule_has_a_case_that_fires_and_one_that_stays_quiet() -> None:
    cases = yaml.safe_load((ALERTS / "availability_test.yml").read_text())["tests"]
    checks = [each for case in cases for each in case["alert_rule_test"]]
    firing = {each["alertname"] for each in checks if each.get("exp_alerts")}
    quiet = {each["alertname"] for each in checks if not each.get("exp_alerts")}

    names = {rule["alert"] for rule in rules()}

    assert names == firing
    assert names == quiet


def test_amtool_accepts_the_alertmanager_configuration(tmp_path: Path) -> None:
    """Debian's amtool is 0.25 and knows no `url_file`; it is shown an address in its place."""
    text = (ALERTS / "alertmanager.yml").read_text()
    assert text.count("url_file: /") == 1
    shown = tmp_path / "alertmanager.yml"
    shown.write_text(text.replace("url_file: /", "url: http://127.0.0.1/"))

    result = subprocess.run(
        [require("amtool"), "check-config", str(shown)], capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stdout + result.stderr


def test_rules_speak_only_of_documented_metrics() -> None:
    documented = set(re.findall(r"`(availability_\w+)", (ROOT / "docs/metrics.md").read_text()))
    used = {name for rule in rules() for name in re.findall(r"availability_\w+", str(rule["expr"]))}

    assert used <= documented


def test_every_rule_names_a_runbook_that_exists() -> None:
    pages = {rule["alert"]: rule["annotations"]["runbook_url"] for rule in rules()}  # type: ignore[index]  # plain YAML

    assert {name: page for name, page in pages.items() if not (ROOT / page).is_file()} == {}
