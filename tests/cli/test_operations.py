"""Notices, deliveries and changes are asked of the API as people mean them."""

from typing import Any

import pytest

from tests.cli.api import Api
from tests.cli.conftest import Run

SUBSCRIBER = {
    "id": "sub_1",
    "address": "l***@example.com",
    "locale": "zh-CN",
    "services": ["checkout"],
    "confirmed_at": "2026-01-10T00:00:00.000000Z",
    "bounces": 0,
    "suppressed_at": None,
}
NOTICE = {
    "id": "ntc_1",
    "kind": "disruption",
    "state": "pending",
    "subject": "inc_1",
    "services": ["checkout"],
    "at": "2026-01-10T00:30:00.000000Z",
    "texts": {
        "zh-CN": {"subject": "收银台异常", "text": "暂时无法付款。　客服", "html": ""},
        "en": {"subject": "Checkout", "text": "Paying fails.", "html": ""},
    },
}
DELIVERY = {"id": "dlv_1", "receiver": "on-call", "status": "dead", "event_type": "monitor.fault"}
CHANGE = {
    "id": "chg_1",
    "component": "gateway",
    "kind": "deploy",
    "version": "1.2",
    "at": "2026-01-10T00:30:00.000000Z",
    "author": "wang",
    "note": "",
}


@pytest.mark.parametrize(
    ("command", "extra"),
    [("approve", {}), ("reject", {}), ("retract", {"texts": {"en": "Not so."}})],
    ids=["approve", "reject", "retract"],
)
def test_a_person_decides_about_a_notice(
    command: str, extra: dict[str, object], run: Run, api: Api
) -> None:
    api.answers["POST", f"/notices/ntc_1/{command}"] = NOTICE | {"state": "decided"}

    options = ["--by", "wang", "--reason", "seen", *(["--text", "en=Not so."] if extra else [])]
    assert run("notices", command, "ntc_1", *options).out == "ntc_1 is decided\n"
    body = {"by": "wang", "reason": "seen", **extra}
    assert api.asked == [("POST", f"/notices/ntc_1/{command}", body)]


def test_a_person_says_and_corrects_in_every_language(run: Run, api: Api) -> None:
    api.answers["POST", "/notices"] = NOTICE
    api.answers["POST", "/notices/ntc_1/correct"] = NOTICE
    words = ("--text", "zh-CN=已恢复。", "--text", "en=It works.")

    run("notices", "publish", "inc_1", "--by", "li", *words)
    run("notices", "correct", "ntc_1", "--by", "li", *words)
    wrong = run("notices", "publish", "inc_1", "--by", "li", "--text", "It works.")

    texts = {"zh-CN": "已恢复。", "en": "It works."}
    assert [body for _, _, body in api.asked] == [
        {"subject": "inc_1", "by": "li", "texts": texts},
        {"by": "li", "reason": "", "texts": texts},
    ]
    assert wrong.code == 2
    assert "expected LOCALE=TEXT" in wrong.err


def test_what_waits_for_a_person_is_listed(run: Run, api: Api) -> None:
    api.answers["GET", "/notices"] = []

    assert run("notices", "list", "--state", "pending").out == "no notices\n"


def test_a_notice_is_shown_in_every_language(run: Run, api: Api) -> None:
    api.answers["GET", "/notices/ntc_1"] = NOTICE

    shown = run("notices", "show", "ntc_1").out

    assert "[zh-CN] 收银台异常\n暂时无法付款。　客服" in shown
    assert "[en] Checkout\nPaying fails." in shown


def test_a_notice_is_shown_as_others_read_it(run: Run, api: Api) -> None:
    said = {"en": {"subject": "For support", "text": "Say this.", "html": ""}}
    api.answers["GET", "/notices/ntc_1"] = NOTICE | {"audiences": {"support": said}}

    shown = run("notices", "show", "ntc_1", "--audience", "support").out

    assert "[en] For support\nSay this." in shown
    assert "收银台" not in shown


def test_a_delivery_is_sent_again(run: Run, api: Api) -> None:
    api.answers["POST", "/deliveries/dlv_1/replay"] = DELIVERY | {"status": "pending"}

    assert run("deliveries", "replay", "dlv_1").out == "dlv_1 is pending for on-call\n"


def test_deliveries_are_narrowed_by_status(run: Run, api: Api) -> None:
    api.answers["GET", "/deliveries"] = [DELIVERY]

    assert run("deliveries", "list", "--status", "dead", "--json").json == [DELIVERY]
    assert api.asked == [("GET", "/deliveries", {"status": "dead", "limit": "100"})]
    assert run("deliveries", "list", "--status", "lost").code == 2


def test_subscribers_are_masked_unless_all_of_them_is_asked_for(run: Run, api: Api) -> None:
    api.answers["GET", "/subscribers"] = [SUBSCRIBER]
    api.answers["POST", "/subscribers/reveal"] = [SUBSCRIBER | {"address": "li@example.com"}]

    assert "l***@example.com" in run("subscribers", "list").out
    assert "li@example.com" in run("subscribers", "list", "--full", "--after", "sub_0").out
    assert api.sent == [{"after": "sub_0", "limit": 100}]


def test_a_subscriber_is_removed(run: Run, api: Api) -> None:
    api.answers["POST", "/subscribers/remove"] = SUBSCRIBER

    assert run("subscribers", "remove", "li@example.com").out == (
        "sub_1 (l***@example.com) is removed\n"
    )
    assert api.asked == [("POST", "/subscribers/remove", {"who": "li@example.com"})]


def test_a_deploy_is_reported(run: Run, api: Api) -> None:
    api.answers["POST", "/changes"] = CHANGE

    ran = run(
        "change", "add", "--component", "gateway", "--version", "1.2", "--author", "wang",
        "--at", "2026-01-10T08:30",
    )  # fmt: skip

    assert ran.out == "chg_1: deploy of gateway 1.2 at 2026-01-10 08:30:00+08:00\n"
    assert api.sent[0] == {
        "component": "gateway",
        "version": "1.2",
        "kind": "deploy",
        "at": "2026-01-10T00:30:00.000000Z",
        "author": "wang",
        "note": "",
    }


@pytest.mark.parametrize(
    ("group", "path", "row"),
    [
        ("notices", "/notices", NOTICE),
        ("deliveries", "/deliveries", DELIVERY),
        ("change", "/changes", CHANGE),
        ("subscribers", "/subscribers", SUBSCRIBER),
    ],
)
def test_a_list_is_a_table_or_json(
    group: str, path: str, row: dict[str, Any], run: Run, api: Api
) -> None:
    api.answers["GET", path] = [row]

    table = run(group, "list")

    assert (table.code, row["id"] in table.out) == (0, True)
    assert run(group, "list", "--json").json == [row]


@pytest.mark.parametrize(
    ("displayed", "code"),
    [
        ("operational", 0),
        ("degraded", 0),
        ("maintenance", 0),
        ("unknown", 0),
        ("partial_outage", 1),
        ("major_outage", 1),
    ],
)
def test_the_status_exits_1_during_an_outage_only(
    displayed: str, code: int, run: Run, api: Api
) -> None:
    view = {"name": "checkout", "observed": displayed, "displayed": displayed}
    view |= {"since": "2026-01-10T00:30:00.000000Z", "updated_at": "2026-01-10T00:31:00.000000Z"}
    check = {"name": "ledger-sql", "component": "ledger", "type": "sql", "misconfigured": False}
    failed = {"failure": {"kind": "connect_refused", "stage": "connect", "detail": "port 5432"}}
    answer = {
        "at": "2026-01-10T00:31:00.000000Z",
        "services": [view],
        "components": [],
        "checks": [
            check | {"condition": "failed", "last": failed},
            check | {"name": "fine", "condition": "ok", "last": {"failure": None}},
        ],
        "faults": [{"kind": "clock_jump", "detail": "", "started_at": view["since"]}],
    }
    api.answers["GET", "/status"] = answer

    person, program = run("status"), run("status", "--json")

    assert (person.code, program.code) == (code, code)
    assert program.json == answer
    for text in (displayed, "1 failed, 1 ok", "connect_refused: port 5432", "clock_jump"):
        assert text in person.out
    assert "fine" not in person.out
