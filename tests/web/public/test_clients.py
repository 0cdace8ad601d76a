"""Other people's clients of Statuspage's API read ours, and so does our own probe."""

import asyncio
import json
import sys
from pathlib import Path

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


async def test_an_exporter_of_status_pages_sees_the_disruption(tmp_path: Path) -> None:
    (tmp_path / "services.json").write_text("{}")
    async with served(await SCENES["disrupted"]()) as url:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", EXPORTER, f"{url}/api/v2/summary.json"),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await asyncio.wait_for(process.communicate(), 60)
    read = json.loads(out.splitlines()[-1])

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
