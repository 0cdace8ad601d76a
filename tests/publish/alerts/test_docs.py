"""Proves that the description of webhooks knows every setting, event, reason and answer."""

import re
from datetime import UTC, datetime
from pathlib import Path

from monitor.model.events import EventType
from monitor.publish.alerts.answers import judge
from monitor.publish.alerts.webhook import WebhookSpec
from monitor.publish.deliveries.result import SendOutcome, SendReason

DOCUMENT = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")
NOW = datetime(2025, 3, 1, tzinfo=UTC)


def test_every_setting_is_described_and_none_besides() -> None:
    table = DOCUMENT.split("| setting |")[1].split("\n\n")[0]

    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(WebhookSpec.model_fields)


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
