"""Tells a DingTalk (钉钉) group through its robot: signed in the query, or with a keyword."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from monitor.publish.alerts.briefing import Briefing
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

# The vendor takes bodies of 20,000 bytes; in JSON a character may need some more.
MARKDOWN_BYTES = 15_000
MOBILE = r"^\+?[0-9-]{5,20}$"


class DingtalkSpec(SignedSpec):
    """A DingTalk robot; *mobiles* (or everyone, with *at_all*) are called when trouble begins."""

    mobiles: tuple[Annotated[str, Field(pattern=MOBILE)], ...] = ()
    at_all: bool = False


class Dingtalk:
    """DingTalk's form of a message and meaning of a code."""

    paces: ClassVar[tuple[tuple[int, float], ...]] = ((20, 60.0),)
    meanings: ClassVar[Mapping[int, SendResult]] = {
        -1: refused(SendReason.SERVER_ERROR),
        310000: refused(SendReason.AUTH),
        300001: refused(SendReason.AUTH),
        # After 20 messages in a minute the robot is silent for ten.
        130101: throttled(600.0),
        460101: hopeless(),
    }

    def __init__(self, spec: DingtalkSpec) -> None:
        self._secret = reveal(spec.secret)
        self._keyword = spec.keyword
        self._mobiles = spec.mobiles
        self._at_all = spec.at_all

    def compose(self, briefing: Briefing, now: datetime) -> Message:
        """Return the message as DingTalk's `markdown`, signed for *now*."""
        # Who is called must stand in the text, too.
        called = " ".join(f"@{each}" for each in self._mobiles) if briefing.calls else ""
        lines = [
            f"#### {plain(briefing.title)}",
            *paragraphs(briefing.text),
            *fact_lines(briefing, "- **{label}**{colon}{value}"),
        ]
        last = "\n\n".join(filter(None, (link_line(briefing), self._keyword, called)))
        text = within(lines, "\n\n", MARKDOWN_BYTES, last)
        body: dict[str, Any] = {
            "msgtype": "markdown",
            "markdown": {"title": plain(briefing.title), "text": text},
            "at": {
                "atMobiles": list(self._mobiles) if briefing.calls else [],
                "isAtAll": self._at_all and briefing.calls,
            },
        }
        return Message(body=body, query=signed(self._secret, now) if self._secret else {})


def signed(secret: str, now: datetime) -> dict[str, str]:
    """Return the query that signs a message: milliseconds and secret, under the secret as key."""
    timestamp = str(int(now.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return {"timestamp": timestamp, "sign": base64.b64encode(digest).decode("ascii")}


def dingtalk_channel(spec: DingtalkSpec, context: ChannelContext) -> RobotChannel:
    """Return the channel of a DingTalk robot."""
    return RobotChannel(spec, Dingtalk(spec), context)
