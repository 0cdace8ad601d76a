"""Notices on a real monitor: drafts wait for a person or expire, own words are taken up."""

from pathlib import Path
from typing import Any

import httpx

from tests.app.support import Run, Target
from tests.support.polling import eventually

APPROVED = "gates: [{kinds: [disruption], action: approve}]"
WORDS = {"zh-CN": "我们正在核对订单。", "en": "Orders are being checked."}


def post(run: Run, path: str, body: dict[str, Any]) -> httpx.Response:
    token = (run.data / "token").read_text().strip()
    return httpx.post(
        f"http://127.0.0.1:{run.operations}/api/v1/notices{path}",
        json=body,
        headers={"authorization": f"Bearer {token}"},
        timeout=60,
    )


def notices(run: Run, state: str = "") -> list[dict[str, Any]]:
    """Return the notices, newest first."""
    query = f"?state={state}" if state else ""
    found: list[dict[str, Any]] = run.get(f"/api/v1/notices{query}").json()
    return found


def page(run: Run, path: str = "/") -> str:
    return httpx.get(f"http://127.0.0.1:{run.public}{path}?lang=en", timeout=60).text


def begin(run: Run, notices_section: str) -> None:
    run.configure("gateway", extra=f"notices: {{min_duration: 0s, {notices_section}}}\n")
    run.start()
    run.ready()


def test_a_draft_is_seen_by_people_alone_until_one_approves_it(run: Run, goal: Target) -> None:
    begin(run, f"{APPROVED}, first_word: 10m")
    goal.status = 500
    eventually(lambda: notices(run, "pending"))
    (draft,) = notices(run)

    assert "Service disruption" not in page(run)
    assert draft["texts"]["en"]["subject"] in run.get("/notices").text
    assert draft["audiences"]["support"]["zh-CN"]["subject"].startswith("【客服口径】")
    eventually(lambda: "notice.waiting" in {each["type"] for each in goal.hooks})

    approved = post(run, f"/{draft['id']}/approve", {"by": "li", "reason": "read it"}).json()
    eventually(lambda: "Service disruption: Checkout" in page(run))

    assert (approved["state"], approved["author"]) == ("published", "li")
    assert post(run, f"/{draft['id']}/approve", {"by": "li"}).status_code == 409
    said = post(run, "", {"subject": draft["subject"], "by": "li", "texts": WORDS})
    assert said.status_code == 200
    refused = post(run, f"/{draft['id']}/correct", {"by": "li", "texts": {"en": "No."}})
    assert "zh-CN is missing" in refused.json()["error"]["message"]
    gone = post(run, f"/{said.json()['id']}/retract", {"by": "li"})
    where = f"/incidents/{draft['subject']}"
    eventually(lambda: "Withdrawn: our notice on Checkout" in page(run, where))
    assert gone.json()["state"] == "retracted"
    assert WORDS["en"] not in page(run, where)


def test_what_nobody_approves_is_told_as_its_effect(run: Run, goal: Target) -> None:
    begin(run, f"{APPROVED}, first_word: 3s")
    goal.status = 500
    eventually(lambda: "Service disruption: Checkout" in page(run))

    told, draft = notices(run)

    assert [draft["state"], told["state"]] == ["expired", "published"]
    assert [step["rule"] for step in (*draft["history"], *told["history"])] == [
        "gates[0]",
        "approve_within",
        "effect_only",
    ]


def test_own_templates_are_taken_up_by_a_reload(run: Run, goal: Target, tmp_path: Path) -> None:
    own = tmp_path / "own"
    place = own / "en" / "disruption"
    place.mkdir(parents=True)
    (place / "subject.txt").write_text("We are sorry about {{ notice.headline }}\n")
    begin(run, "update_every: 30m")

    run.configure("gateway", extra=f"notices: {{min_duration: 0s, templates: '{own}'}}\n")
    run.reload()
    eventually(lambda: str(own) in (run.data / "monitor.json").read_text())
    goal.status = 500

    eventually(lambda: "We are sorry about Checkout" in page(run))
