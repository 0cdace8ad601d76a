"""Writes a briefing as the markdown that group chats read, within a budget of bytes (pure)."""

import re
from collections.abc import Iterable

from monitor.publish.alerts.briefing import Briefing

_LINE_BREAKS = re.compile(r"[\r\n\u2028\u2029\v\f\x00-\x08]+")
_MARKUP = str.maketrans({"<": "＜", ">": "＞", "[": "［", "]": "］", "`": "'"})
ELLIPSIS = "…"


def plain(text: str) -> str:
    """Return *text* on one line, without what a chat would take for a link, a tag or a mention."""
    return _LINE_BREAKS.sub(" ", text).translate(_MARKUP).strip()


def fact_lines(briefing: Briefing, form: str) -> list[str]:
    """Return facts, links and the command, each as *form* with `{label}`, `{colon}`, `{value}`."""
    lines = [
        form.format(label=label, colon=briefing.colon, value=plain(value))
        for label, value in briefing.facts
    ]
    if briefing.command:
        label, command = briefing.command
        lines.append(form.format(label=label, colon=briefing.colon, value=f"`{plain(command)}`"))
    return lines


def link_line(briefing: Briefing) -> str:
    """Return the links side by side; an address that could break out of its brackets is left out.

    The addresses begin with the operator's own, the rest are identifiers.
    """
    safe = [(label, url) for label, url in briefing.links if not re.search(r"[\s()<>]", url)]
    return " | ".join(f"[{plain(label)}]({url})" for label, url in safe)


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a notice, each on one line."""
    return [plain(each) for each in re.split(r"\n\s*\n", text) if each.strip()]


def within(lines: Iterable[str], glue: str, budget: int, last: str = "") -> str:
    """Join *lines*, and *last* whatever happens, to at most *budget* bytes of UTF-8.

    What does not fit is cut on the border of a character and marked.
    """
    tail = f"{glue}{last}" if last else ""
    text = glue.join(lines)
    room = budget - len(tail.encode())
    if len(text.encode()) > room:
        kept = text.encode()[: room - len(ELLIPSIS.encode())]
        text = kept.decode(errors="ignore") + ELLIPSIS
    return text + tail
