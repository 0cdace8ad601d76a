"""A user subscribes on the page of a real monitor, is told by mail what happens, and leaves."""

import asyncio
import json
import re
import signal
from email.message import EmailMessage

import httpx

from tests.app.support import MONITOR, Run, Target
from tests.publish.mail.server import MailServer, serving
from tests.support.polling import eventually_async

ADDRESS = "li.ming@example.com"


def configure(run: Run, goal: Target, server: MailServer) -> None:
    run.configure("gateway")
    text = run.file.read_text(encoding="utf-8")
    url = f"http://127.0.0.1:{run.public}"
    text = text.replace("platform: {", f'platform: {{public_url: "{url}", ', 1)
    text = text.replace(
        "receivers:\n",
        "receivers:\n"
        f'  desk: {{type: webhook, url: "http://127.0.0.1:{goal.server_port}/", '
        f"secret: {'t' * 32}, on_call: false, events: [notice.]}}\n",
        1,
    )
    mail = f"{{host: 127.0.0.1, port: {server.port}, security: none, from: s@example.com}}"
    run.file.write_text(f"{text}notices: {{min_duration: 0s, mail: {mail}}}\n", encoding="utf-8")


def link(message: EmailMessage, path: str) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    found = re.search(rf"http://\S+/{path}/\S+", part.get_content())
    assert found is not None
    return found.group()


async def listed(run: Run, *options: str) -> list[dict[str, object]]:
    command = [str(MONITOR), "subscribers", "list", "--json", "--data-dir", str(run.data)]
    process = await asyncio.create_subprocess_exec(
        *command, *options, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    found: list[dict[str, object]] = json.loads(out)
    return found


async def subscribe(browser: httpx.AsyncClient, run: Run, server: MailServer) -> None:
    """Ask on the page, and press the button behind the link in the mail that comes."""
    page = f"http://127.0.0.1:{run.public}"
    form = {"address": ADDRESS, "service": "checkout"}
    asked = await browser.post(f"{page}/subscribe?lang=zh-CN", data=form)
    assert asked.status_code == 303, asked.text
    await eventually_async(lambda: len(server.received) == 1)
    confirming = link(server.received[0][1], "subscribe/confirm")
    assert (await browser.get(confirming)).status_code == 200
    assert await listed(run) == []
    assert (await browser.post(confirming)).status_code == 200


async def restart(run: Run) -> None:
    """Kill the monitor and start it again."""
    assert run.process is not None
    run.process.send_signal(signal.SIGKILL)
    await asyncio.to_thread(run.process.wait)
    run.start()
    await asyncio.to_thread(run.ready)


async def test_a_user_subscribes_is_told_and_leaves(run: Run, goal: Target) -> None:
    async with (
        serving(MailServer()) as server,
        httpx.AsyncClient(trust_env=False, timeout=20) as browser,
    ):
        configure(run, goal, server)
        run.start()
        await asyncio.to_thread(run.ready)
        await subscribe(browser, run, server)
        assert [each["address"] for each in await listed(run)] == ["l***@example.com"]
        assert [each["address"] for each in await listed(run, "--full")] == [ADDRESS]

        goal.status = 500
        await eventually_async(lambda: len(server.received) >= 2)
        recipient, told = server.received[1]
        assert recipient == ADDRESS
        assert "收银台" in told["Subject"]

        # A letter that left, but was not noted yet, would rightly leave again.
        await eventually_async(lambda: run.get("/api/v1/deliveries?status=pending").json() == [])
        await restart(run)
        goal.status = 200
        await eventually_async(
            lambda: any("恢复" in message["Subject"] for _, message in server.received)
        )
        ids = [message["Message-ID"] for _, message in server.received]
        assert len(set(ids)) == len(ids), "the restart repeated nothing"
        assert {message["References"] for _, message in server.received[1:]} == {told["References"]}

        leave = told["List-Unsubscribe"].strip("<>")
        left = await browser.post(leave, data={"List-Unsubscribe": "One-Click"})
        assert left.status_code == 200
        assert await listed(run) == []

    notices = [each["data"] for each in goal.hooks if each["type"] == "notice.published"]
    assert set(notices[0]["texts"]) == {"zh-CN", "en"}
    assert notices[0]["texts"]["zh-CN"]["subject"] == told["Subject"]
    assert notices[0]["public_url"].startswith(f"http://127.0.0.1:{run.public}/incidents/inc_")
    assert ADDRESS not in f"{run.log()} {goal.hooks}"
