"""What a person does on the operations page, in a real browser against a real monitor."""

from dataclasses import dataclass, field
from typing import Any

from tests.acceptance.board import BoardStand
from tests.support.browser import Browser, Screen, browser

PERSON = "李雷"
OPENED = {
    "cause": "regulatory",
    "severity": "major",
    "title:zh-CN": "邮件业务调整",
    "title:en": "Adjustment of Mail",
    "service": "mail",
    "rule:zh-CN": "通知",
    "rule:en": "Notice",
    "change:zh-CN": "暂停",
    "change:en": "a pause",
    "effective_from": "2030-01-10T00:00",
}
STEPS = {
    "acknowledge": {},
    "note": {"text": "asked the regulator\n<b>by telephone</b>"},
    "override": {"severity": "critical", "level": "II", "reason": "two provinces"},
    "report": {"rule": "brief", "note": "by telephone"},
    "postmortem": {"public:zh-CN": "已恢复。", "public:en": "It is over.", "internal": "a form"},
    "resolve": {"reason": "released in writing"},
}


@dataclass(kw_only=True)
class SeenDesk:
    """What stood on the page after each step, and what the monitor kept of it."""

    closed: str = ""
    wrong_token: str = ""
    opened: str = ""
    twice: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    muted: str = ""
    overview: str = ""
    unmuted: str = ""
    forged: str = ""
    signed_out: str = ""
    incident: dict[str, Any] = field(default_factory=dict)
    mute: dict[str, Any] = field(default_factory=dict)


def work_at_the_desk(stand: BoardStand) -> SeenDesk:
    """Sign in, open an incident by hand, work on it to its end, mute a check and hear it again."""
    seen = SeenDesk()
    with browser() as page:
        _come_in(stand, page, seen)
        _open_and_work(stand, page, seen)
        _mute(stand, page, seen)
        page.open(_url(stand, "/open"), Screen())
        page.evaluate("document.querySelectorAll('[name=mark]').forEach(e => e.value = 'forged')")
        seen.forged = page.submit("/do/incidents", OPENED)
        page.open(_url(stand, "/open"), Screen())
        page.submit("/do/sign-out", {})
        page.open(_url(stand, "/open"), Screen())
        seen.signed_out = page.text()
    return seen


def _come_in(stand: BoardStand, page: Browser, seen: SeenDesk) -> None:
    page.open(_url(stand, "/open"), Screen())
    seen.closed = page.text()
    page.open(_url(stand, "/sign-in?to=/open"), Screen())
    seen.wrong_token = page.submit("/do/sign-in", {"person": PERSON, "token": "guessed"})
    token = (stand.data_dir / "token").read_text()
    # The name stands in the form still.
    page.submit("/do/sign-in", {"token": token})


def _open_and_work(stand: BoardStand, page: Browser, seen: SeenDesk) -> None:
    seen.opened = page.submit("/do/incidents", OPENED)
    path = str(page.evaluate("location.pathname"))
    page.open(_url(stand, "/open"), Screen())
    seen.twice = page.submit("/do/incidents", OPENED)
    for step, fields in STEPS.items():
        page.open(_url(stand, f"{path}/act"), Screen())
        seen.pages[step] = page.submit(f"/do{path}/{step}", fields)
    seen.incident = stand.get(f"/api/v1{path}").json()


def _mute(stand: BoardStand, page: Browser, seen: SeenDesk) -> None:
    page.open(_url(stand, "/checks/mailer"), Screen())
    seen.muted = page.submit(
        "/do/checks/mailer/mute", {"reason": "their certificate", "seconds": "7200"}
    )
    seen.mute = stand.get("/api/v1/checks/mailer").json()["mute"]
    page.open(_url(stand, "/"), Screen())
    seen.overview = page.text()
    page.open(_url(stand, "/checks/mailer"), Screen())
    seen.unmuted = page.submit("/do/checks/mailer/unmute", {})


def _url(stand: BoardStand, path: str) -> str:
    return f"http://127.0.0.1:{stand.ops_port}{path}"
