"""Proves that the description of webhooks knows every setting, event, reason and answer."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.model.events import EventType
from monitor.publish.alerts.answers import judge
from monitor.publish.alerts.dingtalk import Dingtalk
from monitor.publish.alerts.feishu import Feishu
from monitor.publish.alerts.links import Links
from monitor.publish.alerts.table import RECEIVERS
from monitor.publish.alerts.webhook import WebhookSpec, encode
from monitor.publish.alerts.wecom import Wecom
from monitor.publish.deliveries.result import SendOutcome, SendReason
from tests.engine.world import World, credit_platform
from tests.publish.alerts.golden import FOLDER

DOCUMENT = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")
Dialect = Dingtalk | Feishu | Wecom
NAMES: dict[type[Dialect], str] = {Dingtalk: "DingTalk", Feishu: "Feishu", Wecom: "WeCom"}
NOW = datetime(2025, 3, 1, tzinfo=UTC)


def what_leaves_when_the_ledger_refuses() -> dict[str, Any]:
    """Return the first webhook of a real engine whose database takes no connections."""
    platform = credit_platform()
    checks = tuple(
        replace(each, name="ledger-sql") if each.component == "ledger" else each
        for each in platform.checks
    )
    world = World(replace(platform, checks=checks))
    world.rounds(3)
    world.break_("ledger", "gateway")
    world.rounds(2)
    opened = next(each for each in world.events if each.type is EventType.INCIDENT_OPENED)
    links = Links(operations_url="http://127.0.0.1:9464", public_url="http://127.0.0.1:8080")
    body: dict[str, Any] = json.loads(encode(opened, links))
    return body


def test_the_example_is_what_really_leaves() -> None:
    (text,) = re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)
    example, real = json.loads(text), what_leaves_when_the_ledger_refuses()
    stamp = re.findall(r"^webhook-timestamp: (\d+)$", DOCUMENT, re.MULTILINE)[0]

    assert {**real, "data": {key: real["data"].get(key) for key in example["data"]}} == example
    sent = datetime.fromtimestamp(int(stamp), UTC) - datetime.fromisoformat(example["timestamp"])
    assert timedelta() <= sent < timedelta(minutes=1)


def test_the_example_of_a_chat_is_what_a_robot_really_says() -> None:
    said = (FOLDER / "zh-CN/opened.md").read_text(encoding="utf-8").split("=== wecom\n")[1]
    said = re.sub(r"</?font[^>]*>", "", said).replace("> ", "")
    quoted = re.findall(r"^> (.+?)\\?$", DOCUMENT, re.MULTILINE)

    assert quoted[:-1] == said.splitlines()[: len(quoted) - 1]
    assert quoted[-1] == re.sub(r"\[(.+?)\]\(.+?\)", r"\1", said.splitlines()[len(quoted) - 1])


def test_every_setting_is_described_and_none_besides() -> None:
    table = DOCUMENT.split("| setting |")[1].split("\n\n")[0]

    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(WebhookSpec.model_fields)


@pytest.mark.parametrize("type_", ["dingtalk", "feishu", "wecom"])
def test_every_setting_of_a_robot_is_described_with_its_types(type_: str) -> None:
    table = DOCUMENT.split("| robot setting |")[1].split("\n\n")[0]
    described = set()
    for names, types in re.findall(r"^\| (.+?) \| (.+?) \|", table, re.MULTILINE):
        if types == "all" or f"`{type_}`" in types:
            described |= set(re.findall(r"`(\w+)`", names))

    assert described == set(RECEIVERS[type_].spec.model_fields)


@pytest.mark.parametrize("dialect", [Dingtalk, Feishu, Wecom])
def test_every_code_of_a_robot_is_described(dialect: type[Dialect]) -> None:
    table = DOCUMENT.split("| robot | limit")[1].split("\n\n")[0]
    row = next(each for each in table.splitlines() if each.startswith(f"| {NAMES[dialect]} "))

    assert {int(each) for each in re.findall(r"\b\d{4,6}\b", row)} == {
        code for code in dialect.meanings if code > 0
    }


def test_the_examples_of_robots_are_what_a_configuration_takes() -> None:
    (example,) = re.findall(r"```yaml\n(receivers:\n  on-call-dingtalk.*?)```", DOCUMENT, re.DOTALL)
    for section in yaml.safe_load(example)["receivers"].values():
        common = {"type", "on_call", "events"}
        spec = {key: value for key, value in section.items() if key not in common}
        RECEIVERS[section["type"]].spec.model_validate({**spec, "url": "https://a.test/"})


def test_every_event_is_described() -> None:
    table = DOCUMENT.split("| type |")[1].split("\n\n")[0]
    described = set()
    for family, more in re.findall(r"^\| `(\w+)\.(.*?) \|", table, re.MULTILINE):
        described |= {f"{family}.{word}" for word in re.findall(r"(\w+)`", f".{more}")}

    assert described == {each.value for each in EventType}


def test_every_reason_is_described() -> None:
    assert [each for each in SendReason if f"`{each.value}`" not in DOCUMENT] == []


def test_the_answers_that_are_tried_again_are_the_ones_described() -> None:
    row = next(line for line in DOCUMENT.splitlines() if line.startswith("| 3xx"))
    described = {int(each) for each in re.findall(r"\b4\d\d\b", row)}

    retried = {
        status
        for status in range(400, 500)
        if judge(status, {}, "", NOW).outcome is SendOutcome.RETRY
    }

    assert described == retried
