"""A headless Chromium, driven over its DevTools pipe: pages as people see them."""

import base64
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.programs import end, require, scratch_folder

SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--hide-scrollbars",
    "--no-first-run",
    "--remote-debugging-pipe",
)
TIMEOUT_SECONDS = 60.0
# Chromium reads commands from descriptor 3 and writes answers to 4.
STARTER = """
import os, sys
reader, writer = os.dup(int(sys.argv[1])), os.dup(int(sys.argv[2]))
os.dup2(reader, 3)
os.dup2(writer, 4)
os.set_inheritable(3, True)
os.set_inheritable(4, True)
os.execv(sys.argv[3], sys.argv[3:])
"""


# Fills a form as a person does and sends it once this script has answered.
SUBMIT = """((action, fields) => {
  const form = [...document.forms].find(each => each.getAttribute("action") === action);
  if (!form) return `no form ${action} on ${location.pathname}`;
  for (const [name, value] of Object.entries(fields)) {
    const inputs = [...form.elements].filter(each => each.name === name);
    if (!inputs.length) return `no field ${name}`;
    for (const input of inputs) {
      if (input.type === "checkbox") input.checked = input.value === value;
      else input.value = value;
    }
  }
  const invalid = [...form.elements].filter(each => !each.checkValidity());
  if (invalid.length) return `not filled in: ${invalid.map(each => each.name)}`;
  setTimeout(() => form.requestSubmit(), 0);
  return "";
})"""


@dataclass(frozen=True, kw_only=True)
class Screen:
    """What a page is looked at with."""

    width: int = 1100
    height: int = 900
    dark: bool = False
    medium: str = "screen"


class Browser:
    """One tab; every call waits for its answer."""

    def __init__(self, reader: int, writer: int) -> None:
        self._reader = reader
        self._writer = writer
        self._rest = b""
        self._number = 0
        self._session = ""
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self._ask("Page.enable")

    def open(self, url: str, screen: Screen) -> None:
        """Load *url* and wait until everything it needs is there."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if screen.dark else "light"}
        self._ask("Emulation.setEmulatedMedia", media=screen.medium, features=[scheme])
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=screen.width,
            height=screen.height,
            deviceScaleFactor=1,
            mobile=screen.width < 600,
        )
        self._ask("Page.navigate", url=url)
        self._read(lambda message: message.get("method") == "Page.loadEventFired")

    def evaluate(self, script: str) -> Any:
        """Return what *script* yields; a promise is waited for."""
        answer = self._ask(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def submit(self, action: str, fields: Mapping[str, str]) -> str:
        """Fill in the form that goes to *action*, send it, and return the text of what comes."""
        refused = self.evaluate(f"{SUBMIT}({json.dumps(action)}, {json.dumps(dict(fields))})")
        assert not refused, refused
        self._read(lambda message: message.get("method") == "Page.loadEventFired")
        return self.text()

    def text(self) -> str:
        """Return what is written on the page."""
        return str(self.evaluate("document.body.innerText"))

    def picture(self, path: Path) -> None:
        """Write a picture of the whole page."""
        taken = self._ask("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(taken["data"]))

    def _ask(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._writer, json.dumps(message).encode() + b"\0")
        answer = self._read(lambda each: each.get("id") == self._number)
        assert "error" not in answer, f"{method}: {answer['error']}"
        return answer["result"]

    def _read(self, wanted: Any) -> Any:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while True:
            while b"\0" in self._rest:
                text, _, self._rest = self._rest.partition(b"\0")
                message = json.loads(text)
                if wanted(message):
                    return message
            left = max(0.0, deadline - time.monotonic())
            ready, _, _ = select.select([self._reader], [], [], left)
            assert ready, "the browser did not answer"
            read = os.read(self._reader, 1 << 20)
            assert read, "the browser ended"
            self._rest += read


@contextmanager
def browser() -> Iterator[Browser]:
    """Keep a browser open inside the block."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    pipes = (str(theirs_in), str(theirs_out))
    with scratch_folder() as folder:
        command = [sys.executable, "-c", STARTER, *pipes, require("chromium"), *SWITCHES]
        process = subprocess.Popen(
            [*command, f"--user-data-dir={folder}"],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            yield Browser(ours_in, ours_out)
        finally:
            end(process)
            os.close(ours_in)
            os.close(ours_out)
