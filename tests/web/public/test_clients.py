"""Other people's clients of Statuspage's API read ours, and so does our own probe."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from monitor.clock import SystemClock
from monitor.model.check import Check
from monitor.model.observation import Outcome
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from monitor.probes.status_page_spec import StatusPageSpec
from tests.web.public.scenes import DATABASE, SCENES, WINDOW
from tests.web.public.served import served

EXPORTER = """
import json, sys
from statuspage_prometheus_exporter.service_checker import check_status_page_service
print(json.dumps(check_status_page_service("ours", {"name": "ours", "url": sys.argv[1]})))
"""


WHADUP = """
import json, sys, whadup
whadup.API_BASE_URL = sys.argv[1]
client = whadup.GithubStatus()
print(json.dumps({
    "summary": client.summary(), "status": client.status(), "components": client.components(),
    "incidents": client.Incidents(), "unresolved": client.Incidents.unresolved(),
    "maintenances": client.Maintenances(), "upcoming": client.Maintenances.upcoming(),
    "active": client.Maintenances.active(),
}))
"""


async def run(program: str, argument: str, folder: Path) -> Any:
    """Run *program* in *folder* and return the JSON of its last line."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, argument), cwd=folder, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    return json.loads(out.splitlines()[-1])


@pytest.mark.parametrize("scene", ["past", "disrupted", "overrunning"])
async def test_a_client_that_knows_every_document_reads_them_all(
    scene: str, tmp_path: Path
) -> None:
    async with served(await SCENES[scene]()) as url:
        read = await run(WHADUP, f"{url}/api/", tmp_path)

    assert all("page" in each for each in read.values())
    assert len(read["components"]["components"]) == 4
    assert read["summary"]["status"] == read["status"]["status"]
    ids = {
        name: {each["id"] for each in read[name][key]}
        for name, key in (
            ("incidents", "incidents"),
            ("unresolved", "incidents"),
            ("maintenances", "scheduled_maintenances"),
            ("upcoming", "scheduled_maintenances"),
            ("active", "scheduled_maintenances"),
        )
    }
    assert ids["unresolved"] == ({DATABASE.id} if scene == "disrupted" else set())
    assert ids["unresolved"] <= ids["incidents"]
    assert ids["upcoming"] | ids["active"] <= ids["maintenances"]
    assert ids["active"] == ({WINDOW.id} if scene == "overrunning" else set())


async def test_an_exporter_of_status_pages_sees_the_disruption(tmp_path: Path) -> None:
    (tmp_path / "services.json").write_text("{}")
    async with served(await SCENES["disrupted"]()) as url:
        read = await run(EXPORTER, f"{url}/api/v2/summary.json", tmp_path)

    assert read["success"]
    assert (read["status"], read["raw_status"]) == (0, "major")
    assert [each["id"] for each in read["incident_metadata"]] == [DATABASE.id]
    assert [each["id"] for each in read["maintenance_metadata"]] == [WINDOW.id]
    down = {each["name"]: each["status"] for each in read["component_metadata"]}
    assert down["借款"] == "major_outage"


async def test_our_own_probe_reads_our_own_page() -> None:
    prober = Prober(SystemClock())
    try:
        async with served(await SCENES["disrupted"]()) as url:
            spec = StatusPageSpec(
                url=f"{url}/api/v2/summary.json?lang=en",
                components={"Cash Loans": "loans", "Checkout": "till"},
            )
            check = Check(name="page", type="status_page", component="loans", spec=spec)
            seen = await prober.probe(check)
    finally:
        await prober.close()

    assert seen.outcome is Outcome.OK
    assert [each.id for each in seen.announcements] == [WINDOW.id]
    said = {(each.kind, each.value, each.detail) for each in seen.signals}
    assert (SignalKind.PAGE_INDICATOR, "major", "") in said
    assert (SignalKind.PAGE_COMPONENT_STATUS, "major_outage", "loans") in said
    assert (SignalKind.PAGE_COMPONENT_STATUS, "operational", "till") in said
    assert SignalKind.CONTRACT_VIOLATION not in {kind for kind, _, _ in said}
