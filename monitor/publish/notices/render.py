"""Renders a fact record in one locale: sandboxed, strict, and escaped where it is HTML."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import structlog
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    select_autoescape,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from monitor.model.notice import Audience, NoticeText
from monitor.publish.notices.facts import FactRecord
from monitor.publish.notices.view_values import NoticeView
from monitor.publish.notices.views import view_of
from monitor.publish.notices.wording import language_of

log = structlog.get_logger(__name__)

TEMPLATES = Path(__file__).parent / "templates"


class Renderer:
    """Folders of templates: `<locale>/<kind>/` with subject.txt, body.txt and body.html.

    What the operator's *own* folder has, stands before what is in *templates*; where it fails, the
    notice is rendered without it.
    """

    def __init__(self, templates: Path = TEMPLATES, own: Path | None = None) -> None:
        self._templates = templates
        self.use(own)

    def use(self, own: Path | None) -> None:
        """Go on with another folder of the operator's, or with none."""
        self.own = own
        self._builtin = _environment(self._templates)
        self._environment = _environment(*filter(None, (own, self._templates)))

    def locales(self) -> tuple[str, ...]:
        """Return the locales that there are templates for."""
        return tuple(sorted({*locales_in(self._templates), *locales_in(self.own)}))

    def render(self, record: FactRecord, locale: str) -> NoticeText:
        """Return the notice of *record* in *locale*; a jinja2.TemplateError where that fails."""
        try:
            return self.attempt(record, locale)
        except TemplateError as error:
            if self.own is None or locale not in locales_in(self._templates):
                raise
            log.warning(
                "own_template_failed",
                kind=record.kind.value,
                locale=locale,
                error=type(error).__name__,
            )
            return self._rendered(self._builtin, record, locale)

    def attempt(self, record: FactRecord, locale: str) -> NoticeText:
        """Return what `render` does, without any help where the operator's templates fail."""
        return self._rendered(self._environment, record, locale)

    def aside(
        self, record: FactRecord, audience: Audience, locale: str, told: NoticeText
    ) -> NoticeText:
        """Return what *audience* reads when users are *told*; TemplateError where that fails."""
        view = view_of(record, locale)
        lead = told.text.split("\n\n", 1)[0]
        words = {"subject": told.subject, "lead": lead}
        fill = partial(_fill, self._environment, f"{locale}/for_{audience.value}", view, told=words)
        subject, body = (
            _paragraphs(fill("subject.txt"), locale),
            _paragraphs(fill("body.txt"), locale),
        )
        html = fill("body.html", body)
        return NoticeText(subject=" ".join(subject), text="\n\n".join(body), html=html.strip())

    def _rendered(self, environment: Environment, record: FactRecord, locale: str) -> NoticeText:
        view = view_of(record, locale)
        fill = partial(_fill, environment, f"{locale}/{record.kind.value}", view)
        subject = _paragraphs(fill("subject.txt"), locale)
        body = _paragraphs(fill("body.txt"), locale)
        html = fill("body.html", body)
        return NoticeText(subject=" ".join(subject), text="\n\n".join(body), html=html.strip())


def locales_in(folder: Path | None) -> tuple[str, ...]:
    """Return the locales that *folder* has templates of."""
    if folder is None or not folder.is_dir():
        return ()
    return tuple(sorted(each.name for each in folder.iterdir() if each.is_dir()))


def _environment(*folders: Path) -> Environment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folders),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["capital"] = _capital
    return environment


def _fill(
    environment: Environment,
    folder: str,
    view: NoticeView,
    name: str,
    paragraphs: Sequence[str] = (),
    told: Mapping[str, str] | None = None,
) -> str:
    template = environment.get_template(f"{folder}/{name}")
    return template.render(notice=view, paragraphs=paragraphs, told=told or {})


def _capital(text: str) -> str:
    """Return *text* with a capital first letter; the rest is left as it is."""
    return text[:1].upper() + text[1:]


def _paragraphs(text: str, locale: str) -> list[str]:
    """Return the paragraphs of *text*; lines of one are joined as the language writes them."""
    glue = "" if language_of(locale) == "zh" else " "
    blocks = re.split(r"\n\s*\n", text)
    joined = (glue.join(filter(None, map(str.strip, each.splitlines()))) for each in blocks)
    return [each for each in joined if each]
