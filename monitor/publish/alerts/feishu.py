"""Tells a Feishu or Lark (飞书) group through its robot: a card, signed in the body."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from monitor.publish.alerts.briefing import Briefing, Tone
from monitor.publish.alerts.context import ChannelContext
from monitor.publish.alerts.markdown import fact_lines, link_line, paragraphs, plain, within
from monitor.publish.alerts.robot import (
    Message,
    RobotChannel,
    SignedSpec,
    hopeless,
    refused,
    throttled,
)
from monitor.publish.alerts.spec import reveal
from monitor.publish.deliveries.result import SendReason, SendResult

# The vendor takes bodies of 20 kB.
CARD_BYTES = 15_000
_COLOURS = {Tone.ALARM: "red", Tone.TROUBLE: "orange", Tone.GOOD: "green", Tone.PLAIN: "blue"}


class FeishuSpec(SignedSpec):
    """A Feishu robot; *at_all* calls everyone when trouble begins."""

    at_all: bool = False


class Feishu:
    """Feishu's form of a message and meaning of a code."""

    paces: ClassVar[tuple[tuple[int, float], ...]] = ((5, 1.0), (100, 60.0))
    meanings: ClassVar[Mapping[int, SendResult]] = {
        9499: hopeless(),
        11232: throttled(),
        19001: refused(SendReason.AUTH),
        19021: refused(SendReason.AUTH),
        19022: refused(SendReason.AUTH),
        19024: refused(SendReason.AUTH),
    }

    def __init__(self, spec: FeishuSpec) -> None:
        self._secret = reveal(spec.secret)
        self._keyword = spec.keyword
        self._at_all = spec.at_all

    def compose(self, briefing: Briefing, now: datetime) -> Message:
        """Return the message as an interactive card, signed for *now*."""
        calls = self._at_all and briefing.calls
        lines = [
            *paragraphs(briefing.text),
            *fact_lines(briefing, "**{label}**{colon}{value}"),
        ]
        called = "<at id=all></at>" if calls else ""
        last = "\n".join(filter(None, (link_line(briefing), plain(self._keyword), called)))
        content = within(lines, "\n", CARD_BYTES, last)
        card: dict[str, Any] = {
            "config": {"wide_screen_mode": True},
            "header": {
                "title": {"tag": "plain_text", "content": plain(briefing.title)},
                "template": _COLOURS[briefing.tone],
            },
            "elements": [{"tag": "div", "text": {"tag": "lark_md", "content": content}}],
        }
        signature = signed(self._secret, now) if self._secret else {}
        return Message(body={**signature, "msg_type": "interactive", "card": card})


def signed(secret: str, now: datetime) -> dict[str, str]:
    """Return the fields that sign a message: seconds and secret are the key, the text is empty."""
    timestamp = str(int(now.timestamp()))
    digest = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": timestamp, "sign": base64.b64encode(digest).decode("ascii")}


def feishu_channel(spec: FeishuSpec, context: ChannelContext) -> RobotChannel:
    """Return the channel of a Feishu robot."""
    return RobotChannel(spec, Feishu(spec), context)
