"""The Prometheus rules are valid, tested both ways, and speak of metrics and pages that exist."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from monitor import resources
from monitor.model.cause import Cause
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
    used = {name for rule in rules() for name in re.findall(r"availability_\w+", str(rule))}

    assert used <= documented


def firing() -> list[tuple[str, dict[str, str]]]:
    """Return (base of the links, annotations) of every alert that promtool proves to fire."""
    cases = yaml.safe_load((ALERTS / "availability_test.yml").read_text())["tests"]
    return [
        (case.get("external_labels", {}).get("docs", ""), alert["exp_annotations"])
        for case in cases
        for check in case["alert_rule_test"]
        for alert in check.get("exp_alerts", [])
    ]


def test_every_alert_names_a_page_that_exists_and_links_to_it_where_it_knows_the_place() -> None:
    bases = {base for base, _ in firing()}

    assert len(bases) == 2, "a case with an address for the links, and one without"
    for base, annotations in firing():
        page = annotations["runbook"]
        assert (ROOT / page).is_file()
        assert annotations["runbook_url"] == (page.replace("docs", base, 1) if base else "")


def test_an_outage_leads_to_the_page_of_any_cause() -> None:
    (annotations,) = [rule["annotations"] for rule in rules() if rule["alert"] == "ServiceDown"]
    pages = {annotations["runbook"] for _, annotations in firing()}

    assert "docs/operations/{{" in annotations["runbook"]  # type: ignore[index]  # plain YAML
    assert {Cause.DATABASE_ANOMALY.runbook, Cause.UNKNOWN.runbook} <= pages
    assert [each for each in Cause if not (ROOT / each.runbook).is_file()] == []


def test_the_label_of_the_links_can_be_set_as_prometheus_is_told(tmp_path: Path) -> None:
    text = (
        (ALERTS / "prometheus.yml").read_text().replace("  # external_labels", "  external_labels")
    )
    told = tmp_path / "prometheus.yml"
    told.write_text(text)
    (tmp_path / "availability.yml").write_text((ALERTS / "availability.yml").read_text())

    promtool("check", "config", str(told))

    assert set(yaml.safe_load(text)["global"]["external_labels"]) == {"docs"}
