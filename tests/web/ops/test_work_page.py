"""What people did is on the pages: decisions beside verdicts, notes, mutes, reports due."""

from dataclasses import replace

import httpx

from monitor.model.incident_work import Report
from monitor.model.regulatory import RegulatoryFacts
from tests.web.ops import samples, work_samples
from tests.web.ops.backend import FakeBackend
from tests.web.ops.conftest import client_of
from tests.web.ops.samples import names
from tests.web.ops.test_page import read


async def test_an_incident_shows_decision_verdict_notes_and_account(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    backend.all_incidents = [work_samples.WORKED_ON]
    backend.incident_events = work_samples.WORK_EVENTS
    page = await read(client, f"/incidents/{samples.INCIDENT.id}")

    for words in (
        "Ledger: network attack Major Open",
        "Network attack · Flood in ledger 100%",
        "Network attack · Flood · Major · level II li 12:09:00 the firewall's counters",
        "The machine says: Database anomaly · Unreachable, 92%, critical",
        "12:06:48 wang asked the data centre <b>now</b>",
        "For users, zh-CN 已恢复。",
        "For operations only Two rules were missing.",
        "incident.updated li Overridden: the firewall's counters Open · Major · Network attack",
    ):
        assert words in page.text
    assert "b" not in page.tags


async def test_a_declared_incident_is_called_by_its_title_and_shows_its_rule(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    facts = RegulatoryFacts(
        rule=names("通知", "Example Notice"),
        change=names("调整", "less"),
        effective_from=samples.NOW,
        action=names("结清", "repay early"),
        act_before=samples.NOW,
    )
    backend.all_incidents = [replace(work_samples.DECLARED, regulatory=facts)]
    page = await read(client, f"/incidents/{work_samples.DECLARED.id}")

    for words in (
        "Adjustment of Cash Loans Major Open",
        "No component was named.",
        "Rule Example Notice Change less From 12:10:00 Users may repay early Before 12:10:00",
    ):
        assert words in page.text
    backend.all_incidents = [replace(work_samples.DECLARED, title={})]
    untitled = await read(client, f"/incidents/{work_samples.DECLARED.id}")
    assert "Cash Loans: regulatory" in untitled.text


async def test_the_overview_shows_reports_due_with_the_time_left(backend: FakeBackend) -> None:
    backend.settings = replace(backend.settings, report_deadlines=work_samples.DEADLINES)
    made = Report(rule="cac", author="li", at=samples.NOW)
    worked_on = replace(work_samples.WORKED_ON, reports=(made,))
    backend.present = replace(samples.SNAPSHOT, incidents=(worked_on,))
    async with client_of(backend) as client:
        page = await read(client)

    for words in (
        "written Overdue 12:07:52 2 m 8 s late",
        "brief Soon 12:16:52 6 m 52 s left by phone",
        "cac level II Reported",
        "The machine says Database anomaly",
        "Note, decide, report",
        "Open an incident",
    ):
        assert words in page.text


async def test_the_overview_lists_what_is_muted(backend: FakeBackend) -> None:
    backend.present = work_samples.with_mute()
    async with client_of(backend) as client:
        page = await read(client)
        check = await read(client, "/checks/bank-a-http")

    assert "Muted checks" in page.text
    assert "bank-a-http 14:10:00 wang the bank's test certificate" in page.text
    assert "bank-a-http http muted" in page.text
    assert "muted until 14:10:00 by wang: the bank's test certificate" in check.text
