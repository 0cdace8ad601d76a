"""Tells a WeCom (企业微信) group through its robot: markdown of at most 4096 bytes, unsigned."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from monitor.publish.alerts.briefing import Briefing, Tone
from monitor.publish.alerts.context import ChannelContext
from monitor.publish.alerts.markdown import fact_lines, link_line, paragraphs, plain, within
from monitor.publish.alerts.robot import (
    Message,
    RobotChannel,
    RobotSpec,
    hopeless,
    refused,
    throttled,
)
from monitor.publish.deliveries.result import SendReason, SendResult

MARKDOWN_BYTES = 4096
USER = r"^[A-Za-z0-9_.@-]{1,64}$"
_COLOURS = {
    Tone.ALARM: "warning",
    Tone.TROUBLE: "warning",
    Tone.GOOD: "info",
    Tone.PLAIN: "comment",
}


class WecomSpec(RobotSpec):
    """A WeCom robot, whose address is its only secret; *users* are called when trouble begins."""

    users: tuple[Annotated[str, Field(pattern=USER)], ...] = ()


class Wecom:
    """WeCom's form of a message and meaning of a code."""

    paces: ClassVar[tuple[tuple[int, float], ...]] = ((20, 60.0),)
    meanings: ClassVar[Mapping[int, SendResult]] = {
        -1: refused(SendReason.SERVER_ERROR),
        93000: refused(SendReason.AUTH),
        45009: throttled(),
        40058: hopeless(),
    }

    def __init__(self, spec: WecomSpec) -> None:
        self._users = spec.users

    def compose(self, briefing: Briefing, _now: datetime) -> Message:
        """Return the message as WeCom's `markdown`, cut to the bytes that it takes."""
        called = "".join(f"<@{each}>" for each in self._users) if briefing.calls else ""
        colour = _COLOURS[briefing.tone]
        lines = [
            f'### <font color="{colour}">{plain(briefing.title)}</font>',
            *paragraphs(briefing.text),
            *fact_lines(briefing, "> {label}{colon}{value}"),
        ]
        last = "\n".join(filter(None, (link_line(briefing), called)))
        content = within(lines, "\n", MARKDOWN_BYTES, last)
        return Message(body={"msgtype": "markdown", "markdown": {"content": content}})


def wecom_channel(spec: WecomSpec, context: ChannelContext) -> RobotChannel:
    """Return the channel of a WeCom robot."""
    return RobotChannel(spec, Wecom(spec), context)
