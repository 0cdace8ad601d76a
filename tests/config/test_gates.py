"""Gates of notices as they are written, and what is refused."""

from datetime import time
from pathlib import Path

import pytest

from monitor.config import ConfigError
from monitor.model.cause import Cause
from monitor.model.configuration import NoticePolicy
from monitor.model.gates import Gate, GateAction, QuietHours
from monitor.model.incident import Severity
from monitor.model.notice import NoticeKind
from tests.config.specs import load_with

HEAD = "platform: {name: {zh-CN: 甲, en: A}, time_zone: Asia/Tokyo}\n"


def load(folder: Path, notices: str) -> NoticePolicy:
    path = folder / "monitor.yml"
    path.write_text(f"{HEAD}notices:\n{notices}", encoding="utf-8")
    return load_with(path).notices


def test_a_gate_is_what_was_written_in_the_platforms_zone(tmp_path: Path) -> None:
    policy = load(
        tmp_path,
        "  first_word: 4m\n"
        "  approve_within: 10m\n"
        "  gates:\n"
        "    - {kinds: [update, recovery], causes: [network_fault], action: never}\n"
        "    - confidence: 0.9\n"
        "      confirmed_for: 2m\n"
        "      min_duration: 90s\n"
        "      severity: major\n"
        '      quiet_hours: {from: "23:00", to: "07:30"}\n'
        "      rate: {most: 4, per: 30m}\n"
        "      otherwise: approve\n",
    )

    assert (policy.first_word_seconds, policy.approve_within_seconds) == (240, 600)
    assert policy.gates == (
        Gate(
            kinds=(NoticeKind.UPDATE, NoticeKind.RECOVERY),
            causes=(Cause.NETWORK_FAULT,),
            action=GateAction.NEVER,
        ),
        Gate(
            confidence=0.9,
            confirmed_for_seconds=120,
            min_duration_seconds=90,
            severity=Severity.MAJOR,
            quiet_hours=QuietHours(start=time(23), end=time(7, 30), time_zone="Asia/Tokyo"),
            most=4,
            per_seconds=1800,
            otherwise=GateAction.APPROVE,
        ),
    )


@pytest.mark.parametrize(
    ("gate", "place"),
    [
        ("{kinds: [holding]}", "notices.gates[0].kinds[0]"),
        ("{causes: [monitor_fault]}", "notices.gates[0].causes[0]"),
        ("{action: wait}", "notices.gates[0].action"),
        ("{otherwise: auto}", "notices.gates[0].otherwise"),
        ("{confidence: 1.5}", "notices.gates[0].confidence"),
        ('{quiet_hours: {from: "24:00", to: "07:00"}}', "notices.gates[0].quiet_hours.from"),
        ("{rate: {most: 0}}", "notices.gates[0].rate.most"),
        ("{cause: unknown}", "notices.gates[0].cause"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, gate: str, place: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, f"  gates: [{gate}]\n")

    assert place in str(refused.value)
