"""Renders a fact record in one locale: sandboxed, strict, and escaped where it is HTML."""

import re
from collections.abc import Sequence
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from monitor.model.notice import NoticeKind, NoticeText
from monitor.publish.notices.facts import FactRecord
from monitor.publish.notices.views import NoticeView, view_of
from monitor.publish.notices.wording import language_of

TEMPLATES = Path(__file__).parent / "templates"


class Renderer:
    """One folder of templates: `<locale>/<kind>/` with subject.txt, body.txt and body.html."""

    def __init__(self, templates: Path = TEMPLATES) -> None:
        self._templates = templates
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(templates),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["capital"] = _capital

    def locales(self) -> tuple[str, ...]:
        """Return the locales that there are templates for."""
        return tuple(sorted(each.name for each in self._templates.iterdir() if each.is_dir()))

    def render(self, record: FactRecord, locale: str) -> NoticeText:
        """Return the notice of *record* in *locale*; a jinja2.TemplateError where that fails."""
        view = view_of(record, locale)
        subject = _paragraphs(self._fill(record.kind, locale, "subject.txt", view), locale)
        body = _paragraphs(self._fill(record.kind, locale, "body.txt", view), locale)
        html = self._fill(record.kind, locale, "body.html", view, body)
        return NoticeText(subject=" ".join(subject), text="\n\n".join(body), html=html.strip())

    def _fill(
        self,
        kind: NoticeKind,
        locale: str,
        name: str,
        view: NoticeView,
        paragraphs: Sequence[str] = (),
    ) -> str:
        template = self._environment.get_template(f"{locale}/{kind.value}/{name}")
        return template.render(notice=view, paragraphs=paragraphs)


def _capital(text: str) -> str:
    """Return *text* with a capital first letter; the rest is left as it is."""
    return text[:1].upper() + text[1:]


def _paragraphs(text: str, locale: str) -> list[str]:
    """Return the paragraphs of *text*; lines of one are joined as the language writes them."""
    glue = "" if language_of(locale) == "zh" else " "
    blocks = re.split(r"\n\s*\n", text)
    joined = (glue.join(filter(None, map(str.strip, each.splitlines()))) for each in blocks)
    return [each for each in joined if each]
