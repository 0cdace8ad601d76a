import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from standardwebhooks import Webhook

from monitor.demo.files import ensure_secret
from monitor.demo.layout import Layout
from monitor.demo.receiver import make_app

EVENT = {
    "type": "incident.opened",
    "timestamp": "2026-03-01T10:15:30Z",
    "data": {
        "id": "inc_7",
        "status": "open",
        "severity": "critical",
        "cause": "database_anomaly",
        "components": ["ledger", "gateway"],
        "services": ["checkout"],
    },
}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """The files of a receiver that has its secret."""
    layout = Layout.at(tmp_path)
    layout.root.mkdir(parents=True)
    ensure_secret(layout.webhook_secret, prefix="whsec_")
    return layout


@pytest.fixture
async def receiver(layout: Layout) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(make_app(layout, "receiver"))
    async with httpx.AsyncClient(transport=transport, base_url="http://receiver") as client:
        yield client


def signed(secret: str, body: str, at: datetime | None = None) -> dict[str, str]:
    """Return the three headers of Standard Webhooks."""
    moment = at or datetime.now(UTC)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", moment, body),
    }


async def test_a_right_signature_is_taken_kept_and_shown(
    receiver: httpx.AsyncClient, layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    body = json.dumps(EVENT)
    headers = signed(layout.webhook_secret.read_text(), body)
    for _ in range(2):
        answer = await receiver.post("/hook", content=body, headers=headers)
        assert answer.status_code == 204

    kept = [json.loads(line) for line in layout.webhooks.read_text().splitlines()]
    assert [one["id"] for one in kept] == ["msg_1", "msg_1"]
    assert kept[0]["verified"] is True
    assert kept[0]["body"] == EVENT
    assert capsys.readouterr().out.splitlines()[0] == (
        "18:15:30  on call:  incident.opened  inc_7  open  critical  database_anomaly"
        "  components: ledger, gateway  services: checkout  signature ✓"
    )


@pytest.mark.parametrize(
    ("secret", "age_seconds"),
    [("whsec_" + "A" * 44, 0), (None, 3600)],
    ids=["another secret", "too old"],
)
async def test_a_wrong_signature_is_refused_and_shown_as_such(
    receiver: httpx.AsyncClient,
    layout: Layout,
    capsys: pytest.CaptureFixture[str],
    secret: str | None,
    age_seconds: int,
) -> None:
    body = json.dumps(EVENT)
    at = datetime.now(UTC) - timedelta(seconds=age_seconds)
    headers = signed(secret or layout.webhook_secret.read_text(), body, at)
    answer = await receiver.post("/hook", content=body, headers=headers)

    assert answer.status_code == 401
    assert json.loads(layout.webhooks.read_text())["verified"] is False
    assert "signature ✗" in capsys.readouterr().out


@pytest.mark.parametrize("body", ["", "not json", "[1]", '{"data": 3}'])
async def test_what_cannot_be_read_is_kept_too(
    receiver: httpx.AsyncClient,
    layout: Layout,
    capsys: pytest.CaptureFixture[str],
    body: str,
) -> None:
    answer = await receiver.post("/hook", content=body)

    assert answer.status_code == 401
    assert "unreadable" in capsys.readouterr().out
    assert len(layout.webhooks.read_text().splitlines()) == 1
