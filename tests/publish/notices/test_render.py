"""Notices as users read them, and what a template may never do."""

from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import TemplateError
from jinja2.exceptions import SecurityError, UndefinedError

from monitor.model.notice import Audience, NoticeKind
from monitor.publish.notices import samples
from monitor.publish.notices.render import TEMPLATES, Renderer
from tests.publish.notices.golden import (
    ASIDES,
    CASES,
    FOLDER,
    LOCALES,
    RENDERER,
    path_of,
    write,
    write_aside,
)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", CASES)
def test_a_notice_reads_as_it_was_agreed(name: str, locale: str) -> None:
    assert write(name, locale) == path_of(name, locale).read_text(encoding="utf-8")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("name", "audience"), ASIDES)
def test_others_read_it_as_it_was_agreed(name: str, audience: Audience, locale: str) -> None:
    kept = path_of(name, locale, audience).read_text(encoding="utf-8")

    assert write_aside(name, audience, locale) == kept


def test_no_golden_notice_is_left_over() -> None:
    kept = {each.relative_to(FOLDER).as_posix() for each in FOLDER.rglob("*.txt")}

    told = {f"{locale}/{name}.txt" for locale in LOCALES for name in CASES}
    asides = {f"{at}/{audience.value}/{name}.txt" for at in LOCALES for name, audience in ASIDES}
    assert kept == told | asides


@pytest.mark.parametrize("kind", list(NoticeKind))
@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_has_its_three_templates(kind: NoticeKind, locale: str) -> None:
    folder = TEMPLATES / locale / kind.value

    assert {each.name for each in folder.iterdir()} == {"subject.txt", "body.txt", "body.html"}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_html_in_a_name_is_shown_and_never_executed(kind: NoticeKind, locale: str) -> None:
    record = samples.full(kind)
    hostile = dict.fromkeys(LOCALES, "<script>alert(1)</script>")
    first = replace(record.affected[0], names=hostile, advice=hostile)

    html = RENDERER.render(
        replace(record, affected=(first,), contact=hostile, issuer=hostile), locale
    ).html

    assert "<script" not in html
    assert "&lt;script&gt;" in html


def own_templates(folder: Path, body: str) -> Renderer:
    place = folder / "en" / "disruption"
    place.mkdir(parents=True)
    (place / "subject.txt").write_text("Subject")
    (place / "body.txt").write_text(body)
    (place / "body.html").write_text("<p></p>")
    return Renderer(folder)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("{{ notice.hostname }}", UndefinedError),
        ("{{ notice.__class__.__mro__ }}", SecurityError),
        ("{{ notice.advice.__len__.__globals__ }}", SecurityError),
        ("{% if %}", TemplateError),
    ],
    ids=["unknown fact", "class", "globals", "syntax"],
)
def test_a_template_that_reaches_too_far_fails(
    tmp_path: Path, body: str, error: type[Exception]
) -> None:
    renderer = own_templates(tmp_path, body)

    with pytest.raises(error):
        renderer.render(samples.full(NoticeKind.DISRUPTION), "en")
