"""The operator's own templates: one file instead of ours, a language more, and what fails."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import TemplateError
from structlog.testing import capture_logs

from monitor.model.notice import NoticeKind
from monitor.publish.notices import samples
from monitor.publish.notices.lint import lint
from monitor.publish.notices.render import TEMPLATES, Renderer
from monitor.publish.notices.wording import Times, duration, head_names

RECORD = samples.full(NoticeKind.DISRUPTION)
AT = datetime(2026, 1, 10, 2, 2, 5, tzinfo=UTC)


def write(folder: Path, name: str, text: str) -> Path:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return folder


def test_a_file_of_the_operators_takes_the_place_of_ours(tmp_path: Path) -> None:
    own = write(tmp_path, "zh-CN/disruption/subject.txt", "关于{{ notice.headline }}的重要公告")

    text = Renderer(own=own).render(RECORD, "zh-CN")

    assert text.subject == "关于收银台、借款和还款的重要公告"
    assert text.text == Renderer().render(RECORD, "zh-CN").text


def test_shared_sentences_are_the_operators_in_every_kind(tmp_path: Path) -> None:
    ours = (TEMPLATES / "en" / "shared.txt").read_text(encoding="utf-8")
    own = write(tmp_path, "en/shared.txt", ours.replace("Our engineers", "Our colleagues"))

    renderer = Renderer(own=own)

    for kind in (NoticeKind.DISRUPTION, NoticeKind.UPDATE):
        assert "Our colleagues have been informed" in renderer.render(samples.full(kind), "en").text


def test_where_the_operators_fails_users_are_told_by_ours(tmp_path: Path) -> None:
    own = write(tmp_path, "en/disruption/body.txt", "{{ notice.nothing }}")
    renderer = Renderer(own=own)

    with capture_logs() as logs:
        text = renderer.render(RECORD, "en")

    assert text == Renderer().render(RECORD, "en")
    assert [each["event"] for each in logs] == ["own_template_failed"]
    with pytest.raises(TemplateError):
        renderer.attempt(RECORD, "en")
    assert [each.problem.split(":")[0] for each in lint(renderer, ["en"])] == [
        "does not render",
        "does not render",
    ]


def test_a_folder_is_taken_up_and_given_up_while_the_monitor_runs(tmp_path: Path) -> None:
    own, renderer = write(tmp_path, "en/disruption/subject.txt", "Ours"), Renderer()

    renderer.use(own)
    assert renderer.render(RECORD, "en").subject == "Ours"
    write(tmp_path, "en/disruption/subject.txt", "Ours, changed")
    assert Renderer(own=own).render(RECORD, "en").subject == "Ours, changed"
    renderer.use(None)
    assert renderer.render(RECORD, "en").subject.startswith("Service disruption")


def test_a_language_is_a_folder_more(tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES / "en", tmp_path / "fr")
    for each in (tmp_path / "fr").rglob("*.*"):
        each.write_text(each.read_text("utf-8").replace('"en/', '"fr/'), encoding="utf-8")
    renderer = Renderer(own=tmp_path)

    text = renderer.render(samples.full(NoticeKind.RECOVERY), "fr")

    assert renderer.locales() == ("en", "fr", "zh-CN")
    assert lint(renderer, ["fr"]) == ()
    assert "samedi 10 janvier 2026" in text.text
    assert "5 minutes et 12\N{NO-BREAK SPACE}secondes" in text.text


def test_a_language_that_lacks_a_kind_is_found(tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES / "en" / "update", tmp_path / "fr" / "update")

    problems = {each.kind for each in lint(Renderer(own=tmp_path), ["fr"])}

    assert problems >= set(NoticeKind) - {NoticeKind.UPDATE}


@pytest.mark.parametrize(
    ("locale", "moment", "lasted", "title"),
    [
        ("nl", "zaterdag 10 januari 2026, 10:02", "1 uur en 1 minuut", "A, B en C …"),
        ("ja", "2026年1月10日土曜日, 10:02", "1 時間 1 分", "A、B、C …"),
    ],
)
def test_other_languages_write_times_durations_and_lists_by_cldr(
    locale: str, moment: str, lasted: str, title: str
) -> None:
    times = Times(locale, "Asia/Shanghai")

    assert times.minute(AT) == moment
    assert times.zone(AT) == "Beijing time (UTC+8)"
    assert duration(3660, locale) == lasted
    assert head_names(["A", "B", "C", "D", "E"], locale) == title
