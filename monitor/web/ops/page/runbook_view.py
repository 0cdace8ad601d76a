"""A runbook as HTML: from the Markdown that ships with the monitor."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import east_asian_width

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from monitor import resources
from monitor.model.cause import Cause
from monitor.model.platform import Platform
from monitor.publish.alerts.links import Links

# What a runbook is written in, and what that language calls itself.
LANGUAGES: Mapping[str, str] = {"en": "English", "zh-CN": "中文"}
_ORIGINAL = "en"

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_SIBLING = re.compile(r"(\w+)\.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookView:
    """One runbook in one language, and where the others are."""

    cause: str
    locale: str
    title: str
    body: Markup
    languages: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]


def place_of(cause: Cause, platform: Platform) -> str:
    """Return where an operations page leads to: the operator's own place, or the page itself."""
    if platform.runbooks_url:
        return Links.of(platform).runbook_url(cause)
    return f"/runbooks/{cause.value}"


@lru_cache(maxsize=64)
def runbook_view(cause: Cause, locale: str) -> RunbookView:
    """Return the runbook of *cause* in one of LANGUAGES."""
    tokens = _MARKDOWN.parse(_text(cause, locale))
    for token in tokens:
        _lead_to_pages(token.children or (), locale)
        token.children = _without_gaps(token.children) if token.children else token.children
    body = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return RunbookView(
        cause=cause.value,
        locale=locale,
        title=_title(cause, locale),
        # Written by us; HTML within it is shown as text.
        body=Markup(body),  # noqa: S704
        languages=tuple((each, name) for each, name in LANGUAGES.items() if each != locale),
        others=tuple((each.value, _title(each, locale)) for each in Cause if each != cause),
    )


def _text(cause: Cause, locale: str) -> str:
    folder = () if locale == _ORIGINAL else (locale,)
    return resources.path("runbooks", *folder, f"{cause.value}.md").read_text("utf-8")


def _title(cause: Cause, locale: str) -> str:
    return _text(cause, locale).partition("\n")[0].removeprefix("# ")


def _lead_to_pages(tokens: Sequence[Token], locale: str) -> None:
    """Let links to other runbooks lead to their pages."""
    for token in tokens:
        found = _SIBLING.fullmatch(str(token.attrGet("href") or ""))
        if found:
            token.attrSet("href", f"/runbooks/{found[1]}?lang={locale}")


def _without_gaps(tokens: Sequence[Token]) -> list[Token]:
    """Leave out line breaks after what is written without spaces, where they would show."""
    kept: list[Token] = []
    for token in tokens:
        before = kept[-1].content[-1:] if kept else ""
        if token.type == "softbreak" and before and east_asian_width(before) in "WF":
            continue
        kept.append(token)
    return kept
