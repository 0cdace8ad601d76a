"""What people do to incidents and checks goes to the monitor as they said it."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.api import Api
from tests.cli.conftest import Run

DONE = {
    "id": "inc_7",
    "status": "open",
    "severity": "major",
    "cause": "regulatory",
    "services": ["cash-loans"],
    "components": [],
    "notes": [{}, {}],
    "reports": [{"rule": "brief", "author": "li"}],
}
FACTS = """\
rule: {zh-CN: 《示例通知》, en: Example Notice}
change: {zh-CN: 额度调整, en: the limit changes}
effective_from: 2026-01-10
"""


def test_an_incident_is_declared_with_the_facts_of_a_file(
    run: Run, api: Api, tmp_path: Path
) -> None:
    api.answers["POST", "/incidents"] = DONE
    facts = tmp_path / "facts.yml"
    facts.write_text(FACTS, encoding="utf-8")

    ran = run(
        *("incidents", "open", "--cause", "regulatory", "--service", "cash-loans"),
        *("--severity", "major", "--title-zh", "借呗业务调整", "--title-en", "Adjustment"),
        *("--at", "2026-01-09T08:00", "--file", str(facts), "--by", "li"),
    )

    assert ran.out == "inc_7 is open: regulatory, major, cash-loans\n"
    (_, path, body) = api.asked[-1]
    assert path == "/incidents"
    assert body == {
        "cause": "regulatory",
        "services": ["cash-loans"],
        "components": [],
        "severity": "major",
        "title": {"zh-CN": "借呗业务调整", "en": "Adjustment"},
        "at": "2026-01-09T00:00:00.000000Z",
        "regulatory": {
            "rule": {"zh-CN": "《示例通知》", "en": "Example Notice"},
            "change": {"zh-CN": "额度调整", "en": "the limit changes"},
            "effective_from": "2026-01-09T16:00:00.000000Z",
        },
        "by": "li",
    }


def test_wrong_facts_are_told_with_line_and_key_and_nothing_is_opened(
    run: Run, api: Api, tmp_path: Path
) -> None:
    facts = tmp_path / "facts.yml"
    facts.write_text("rule: {en: A}\nchanges: {en: B}\nscope: 3\n", encoding="utf-8")

    ran = run(
        *("incidents", "open", "--cause", "regulatory", "--service", "x", "--file", str(facts))
    )

    assert ran.code == 2
    assert f"{facts}:2: changes: unknown key; did you mean 'change'?" in ran.err
    assert f"{facts}:3: scope: expected a mapping, got a number" in ran.err
    assert f"{facts}:1: change: required key is missing" in ran.err
    assert api.asked == []


@pytest.mark.parametrize(
    ("arguments", "body", "told"),
    [
        ("resolve inc_7 --reason released", {"reason": "released"}, "inc_7 is open"),
        ("note inc_7 asked", {"text": "asked"}, "inc_7 has 2 notes"),
        (
            "override inc_7 --cause network_attack --level II --reason seen",
            {"cause": "network_attack", "level": "II", "reason": "seen"},
            "inc_7 is told as regulatory, major",
        ),
        ("override inc_7 --lift --reason wrong", {"reason": "wrong"}, "inc_7 is told as"),
        (
            "postmortem inc_7 --public-en Sorry --internal cable",
            {"public": {"en": "Sorry"}, "internal": "cable"},
            "inc_7 has a postmortem",
        ),
        (
            "reported inc_7 brief --note phone",
            {"rule": "brief", "note": "phone"},
            "inc_7 is reported as brief by li",
        ),
    ],
    ids=lambda each: each.split()[0] if isinstance(each, str) else "",
)
def test_every_step_says_who(
    run: Run, api: Api, arguments: str, body: dict[str, Any], told: str
) -> None:
    step = arguments.split(maxsplit=1)[0]
    path = {"note": "notes", "reported": "reports"}.get(step, step)
    api.answers["POST", f"/incidents/inc_7/{path}"] = DONE

    ran = run("incidents", *arguments.split(), "--by", "li")

    assert told in ran.out
    assert api.asked == [("POST", f"/incidents/inc_7/{path}", {**body, "by": "li"})]
    assert run("incidents", *arguments.split(), "--json").json == DONE


@pytest.mark.parametrize(
    "arguments",
    [
        "incidents open --cause regulatory",
        "incidents open --cause sabotage --service x",
        "incidents override inc_7 --reason x",
        "incidents override inc_7 --reason x --lift --cause unknown",
        "incidents override inc_7 --cause unknown",
        "incidents postmortem inc_7",
        "incidents note inc_7 @nowhere.txt",
        "checks mute ledger-sql --for 2h",
        "checks mute ledger-sql --reason x --for soon",
    ],
)
def test_what_says_too_little_is_bad_usage(run: Run, api: Api, arguments: str) -> None:
    ran = run(*arguments.split())

    assert ran.code == 2
    assert api.asked == []


def test_a_text_may_stand_in_a_file(run: Run, api: Api, tmp_path: Path) -> None:
    api.answers["POST", "/incidents/inc_7/notes"] = DONE
    (tmp_path / "note.txt").write_text("甲\n乙\n", encoding="utf-8")

    run("incidents", "note", "inc_7", f"@{tmp_path / 'note.txt'}", "--by", "li")

    assert api.asked[0][2] == {"text": "甲\n乙", "by": "li"}


def test_a_check_is_muted_for_a_while_and_heard_again(run: Run, api: Api) -> None:
    muted = {"name": "ledger-sql", "mute": {"until": "2026-01-10T02:30:00.000000Z"}}
    api.answers["POST", "/checks/ledger-sql/mute"] = muted
    api.answers["POST", "/checks/ledger-sql/unmute"] = {"name": "ledger-sql", "condition": "ok"}

    first = run("checks", "mute", "ledger-sql", "--reason", "a test", "--for", "2h", "--by", "li")
    second = run("checks", "unmute", "ledger-sql", "--by", "wang")

    assert first.out == "ledger-sql is muted until 2026-01-10 10:30:00+08:00\n"
    assert second.out == "ledger-sql is heard again: ok\n"
    assert api.sent == [
        {"reason": "a test", "seconds": 7200, "by": "li"},
        {"by": "wang"},
    ]
    assert run("checks", "mute", "ledger-sql", "--reason", "x", "--for", "1m", "--json").json
    assert run("checks", "unmute", "ledger-sql", "--json").json["condition"] == "ok"


def test_the_status_lists_what_is_muted(run: Run, api: Api) -> None:
    check = {"name": "ledger-sql", "component": "ledger", "condition": "failed"}
    mute = {"until": "2026-01-10T02:30:00.000000Z", "author": "li", "reason": "a test"}
    answer = {"at": "2026-01-10T00:30:00.000000Z", "services": [], "components": [], "faults": []}
    api.answers["GET", "/status"] = {**answer, "checks": [{**check, "mute": mute}]}

    shown = run("status").out

    assert "Muted, counting for nothing:" in shown
    assert "2026-01-10 10:30:00+08:00  li  a test" in shown


def test_a_record_shows_decision_verdict_reports_notes_and_history(run: Run, api: Api) -> None:
    at = "2026-01-10T00:30:00.000000Z"
    decision = {"cause": "network_attack", "level": "II", "author": "li", "reason": "the firewall"}
    late = {"rule": "brief", "state": "overdue", "due_at": at, "seconds_left": -90.0}
    made = {"rule": "written", "state": "reported", "due_at": at, "seconds_left": None}
    api.answers["GET", "/incidents/inc_7"] = {
        **DONE,
        "verdict": {"cause": "database_anomaly", "confidence": 0.7, "severity": "major"},
        "override": decision,
        "deadlines": [late, {**late, "rule": "full", "seconds_left": 7260.0}, made],
        "notes": [{"at": at, "author": "wang", "text": "asked the bank"}],
        "regulatory": {"rule": {"en": "Example Notice"}, "effective_from": at},
        "postmortem": {"public": {"en": "Sorry."}, "internal": "a cable"},
        "events": [
            {
                "type": "incident.updated",
                "at": at,
                "data": {"change": "overridden", "by": "li", "reason": "x", "decision": decision},
            },
            {"type": "incident.noted", "at": at, "data": {"by": "wang", "text": "asked the bank"}},
            {"type": "incident.report_due", "at": at, "data": {"deadline": late}},
        ],
    }

    shown = " ".join(run("incidents", "show", "inc_7").out.split())

    for text in (
        "decided network_attack II by li: the firewall",
        "the machine says database_anomaly, 70%, major",
        "brief overdue 2026-01-10 08:30:00+08:00 1 m 30 s late",
        "2 h 1 m",
        "wang asked the bank",
        "rule: rule en: Example Notice",
        "rule: effective_from 2026-01-10 08:30:00+08:00",
        "postmortem for users, en: Sorry.",
        "postmortem for operations: a cable",
        "incident.updated overridden li network_attack II: x",
    ):
        assert text in shown
