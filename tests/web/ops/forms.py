"""Sends forms as a browser does."""

import re
from urllib.parse import urlencode

import httpx

from tests.web.ops import samples

FORM = {"content-type": "application/x-www-form-urlencoded"}
WORK = f"/incidents/{samples.INCIDENT.id}/act"


async def send(
    client: httpx.AsyncClient, path: str, fields: dict[str, object], **headers: str
) -> httpx.Response:
    content = urlencode(fields, doseq=True)
    return await client.post(path, content=content, headers={**FORM, **headers})


async def mark_of(client: httpx.AsyncClient) -> str:
    """Return the mark that the forms of this session carry."""
    found = re.search(r'name="mark" value="(\w+)"', (await client.get(WORK)).text)
    assert found is not None
    return found[1]
