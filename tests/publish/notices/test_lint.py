"""The linter finds nothing in the shipped templates, and everything it is for in broken ones."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.model.cause import Cause
from monitor.model.notice import NoticeKind
from monitor.publish.notices import samples
from monitor.publish.notices.lint import check, lint
from monitor.publish.notices.render import TEMPLATES, Renderer


def test_the_shipped_templates_are_clean() -> None:
    assert lint(Renderer()) == ()


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("全部恢复，100% 正常", "contains an absolute promise"),
        ("服务器 10.1.2.3 异常", "contains an address"),
        ("详见 https://intra/x", "contains an address"),
        ("数据库 v14.2.1 异常", "contains a version number"),
        ("我们将赔偿损失", "contains a promise of compensation"),
        ("遭到攻击", "contains the word attack"),
        ("疑似机房断电", "contains a guess"),
        ("因 Redis 异常", "contains the name of a product it runs on"),
        ("请联系 db-7.internal", "contains an address"),
        ("因您的信用评分不足", "contains reasons of one account"),
        ("服务预计于今晚八点恢复", "contains a promise of when it recovers"),
        ("稍后再试", "lacks the salutation"),
        ("稍后再试", "lacks when it began or is to begin"),
        ("稍后再试", "lacks the advice not to pay twice"),
        ("稍后再试", "lacks an apology or thanks"),
        ("稍后再试", "lacks the contact"),
        ("稍后再试", "lacks its issuer"),
        ("稍后再试", "lacks its date"),
        ("稍后再试", "lacks what is not affected"),
        ("稍后再试", "lacks the advice of the operator"),
        ("稍后再试", "lacks the operator's words on payments"),
        ("技术人员正在处理", "says that engineers know, which is not known"),
        ("{{ notice.nothing }}", "does not render: UndefinedError"),
        ("稍后再试", "lacks the time zone"),
        ("稍后再试", "lacks the warning of fraud"),
        ("稍后再试", "lacks the next update"),
        ("稍后再试", "lacks the affected services in its first paragraph"),
    ],
)
def test_a_broken_template_is_found(tmp_path: Path, body: str, problem: str) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES, folder)
    (folder / "zh-CN" / "disruption" / "body.txt").write_text(body, encoding="utf-8")

    findings = lint(Renderer(folder), ["zh-CN"])

    assert {each.kind for each in findings} == {NoticeKind.DISRUPTION}
    assert any(each.problem.startswith(problem) for each in findings)


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_no_text_on_an_attack_says_so(locale: str) -> None:
    record = samples.full(NoticeKind.CAUSE_KNOWN)
    assert record.incident is not None
    attacked = replace(record, incident=replace(record.incident, cause=Cause.NETWORK_ATTACK))

    text = Renderer().render(attacked, locale)

    assert check(attacked, text, locale) == ()
    assert {"zh-CN": "网络异常", "en": "a network problem"}[locale] in text.text
