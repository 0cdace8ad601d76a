"""The messages of group chats kept for reading, and the program that writes them anew.

Run `python -m tests.publish.alerts.golden` after a change of wording, then read what changed.
"""

from pathlib import Path

from pydantic import SecretStr

from monitor.publish.alerts.briefing import Briefing, brief
from monitor.publish.alerts.dingtalk import Dingtalk, DingtalkSpec
from monitor.publish.alerts.feishu import Feishu, FeishuSpec
from monitor.publish.alerts.robot_words import VOCABULARIES
from monitor.publish.alerts.wecom import Wecom, WecomSpec
from tests.publish.alerts.robots import EVENTS, LINKS, NAMES, START

FOLDER = Path(__file__).parent / "golden"
URL = SecretStr("http://127.0.0.1/")
DINGTALK = Dingtalk(DingtalkSpec(url=URL, keyword="可用性", mobiles=("13800000000",)))
FEISHU = Feishu(FeishuSpec(url=URL, at_all=True))
WECOM = Wecom(WecomSpec(url=URL, users=("wangxm",)))


def written() -> dict[str, str]:
    """Return every message as text, by the name of its file."""
    texts = {}
    for locale in VOCABULARIES:
        for name, event in EVENTS.items():
            texts[f"{locale}/{name}.md"] = in_all_dialects(brief(event, LINKS, NAMES, locale))
    return texts


def in_all_dialects(briefing: Briefing) -> str:
    """Return one message as each vendor shows it."""
    dingtalk = DINGTALK.compose(briefing, START).body["markdown"]["text"]
    card = FEISHU.compose(briefing, START).body["card"]
    head, (element,) = card["header"], card["elements"]
    wecom = WECOM.compose(briefing, START).body["markdown"]["content"]
    feishu = f"({head['template']}) {head['title']['content']}\n{element['text']['content']}"
    parts = {"dingtalk": dingtalk, "feishu": feishu, "wecom": wecom}
    return "\n".join(f"=== {vendor}\n{text}\n" for vendor, text in parts.items())


def write() -> None:
    """Write every file anew."""
    for name, text in written().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
