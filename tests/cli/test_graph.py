"""`monitor graph` draws the dependency graph for people, for Graphviz, Markdown and programs."""

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.config.specs import load_with

CONFIGURATION = """\
platform: {name: {zh-CN: 甲, en: A}}
services:
  checkout:
    name: {zh-CN: 收银台, en: Checkout}
    critical: true
    depends_on: [gateway, {soft: bank-a}, {any_of: [bank-a, bank-b]}]
  repayment: {name: {zh-CN: 还款, en: Repayment}, depends_on: [gateway, {soft: sms}]}
components:
  gateway: {kind: server, depends_on: [ledger]}
  ledger: {kind: database}
  bank-a: {kind: third_party}
  bank-b: {kind: third_party}
  sms: {kind: third_party}
  backup: {kind: server, depends_on: [ledger]}
"""
TREE = """\
checkout (critical service)
├─ gateway (server)
│  └─ ledger (database)
├─ soft, 1 of 2: bank-a (third party)
└─ 1 of 2: bank-b (third party)
repayment (service)
├─ gateway ^
└─ soft: sms (third party)
(no service needs these)
backup (server)
└─ ledger (database)
"""


class House:
    """An application that only loads."""

    def load_configuration(self, path: Path) -> object:
        return load_with(path)


@pytest.fixture
def platform(tmp_path: Path) -> str:
    path = tmp_path / "monitor.yml"
    path.write_text(CONFIGURATION, encoding="utf-8")
    return str(path)


def test_a_terminal_shows_a_tree_per_service(run: Run, platform: str) -> None:
    ran = run("graph", "-c", platform, application=House())

    assert (ran.code, ran.out) == (0, TREE)


def test_dot_names_every_node_once_and_tells_edges_apart(run: Run, platform: str) -> None:
    ran = run("graph", "-c", platform, "--format", "dot", application=House())

    assert re.findall(r'^  "([^"]+)" \[', ran.out, re.MULTILINE) == [
        *("checkout", "repayment", "gateway", "ledger", "bank-a", "bank-b", "sms", "backup")
    ]
    assert '"checkout" -> "gateway";' in ran.out
    assert '"repayment" -> "sms" [style=dashed, label="soft"];' in ran.out
    assert '"checkout" -> "bank-b" [style=dotted, label="1 of 2"];' in ran.out
    assert (ran.out.count("{"), ran.out.count("}")) == (1, 1)


def test_mermaid_gives_every_edge_between_known_nodes(run: Run, platform: str) -> None:
    ran = run("graph", "-c", platform, "--format", "mermaid", application=House())

    first, *lines = ran.out.splitlines()
    assert first == "flowchart LR"
    nodes = {each.split("[")[0].split("(")[0].strip() for each in lines if "<br/>" in each}
    edges = [re.fullmatch(r"  (n\d+) (-->|-\. [^.]+ \.->) (n\d+)", each) for each in lines[8:]]
    assert len(nodes) == 8
    assert len(edges) == 7
    assert {each[end] for each in edges if each for end in (1, 3)} <= nodes
    assert "  n1 -. soft .-> n6" in lines


def test_json_has_nodes_and_edges(run: Run, platform: str) -> None:
    drawn = run("graph", "-c", platform, "--json", application=House()).json

    assert {"name": "checkout", "critical": True} in drawn["services"]
    assert {"name": "ledger", "kind": "database"} in drawn["components"]
    redundant = {"soft": False, "required": 1, "of": ["bank-a", "bank-b"]}
    assert {"from": "checkout", "to": "bank-b", **redundant} in drawn["edges"]


def test_a_format_nobody_knows_is_bad_usage(run: Run, platform: str) -> None:
    assert run("graph", "-c", platform, "--format", "png", application=House()).code == 2
