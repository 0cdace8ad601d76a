"""Values travel from step to step as each place needs them, and never where they do harm."""

import json
from typing import Any

from monitor.model.observation import FailureKind, Outcome, Stage
from monitor.model.signals import SignalKind
from tests.probes.conftest import Probe
from tests.probes.http_app import App, Asked, always, says
from tests.probes.journey_shop import taken
from tests.probes.servers import serving


async def test_a_value_that_would_break_a_header_is_not_sent(probe: Probe) -> None:
    app = App({"/a": always({"x": "a\r\nInjected: 1"}), "/b": always({})})
    steps = [
        {"name": "a", "url": "/a", "capture": {"x": "$.x"}},
        {"name": "b", "url": "/b", "headers": {"X": "{{x}}"}},
    ]

    observation = await taken(probe, app, steps=steps, variables={})

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.CONTRACT_BROKEN
    assert app.paths() == ["/a"]
    assert "Injected" not in repr(observation)


async def test_captured_numbers_and_parts_are_written_as_json(probe: Probe) -> None:
    bodies: list[Any] = []

    def keep(asked: Asked) -> bytes:
        bodies.append(json.loads(asked.body))
        return says({})

    app = App({"/a": always({"n": 7, "t": True, "l": [1, "ü"], "s": 'a"b\\'}), "/b": keep})
    steps = [
        {"name": "a", "url": "/a", "capture": {each: f"$.{each}" for each in "ntls"}},
        {
            "name": "b",
            "url": "/b",
            "method": "POST",
            "headers": {"content-type": "application/vnd.shop+json"},
            "body": '{"n": {{n}}, "t": {{t}}, "l": {{l}}, "s": "{{s}}"}',
        },
    ]

    observation = await taken(probe, app, steps=steps, variables={})

    assert observation.outcome is Outcome.OK
    assert bodies == [{"n": 7, "t": True, "l": [1, "ü"], "s": 'a"b\\'}]


async def test_a_given_address_is_that_of_the_base_alone(probe: Probe) -> None:
    app = App({"/": always({})})
    async with serving(app) as port:
        observation = await probe(
            "journey",
            timeout=2,
            base_url=f"http://shop.test:{port}",
            resolve="127.0.0.1",
            steps=[
                {"name": "here", "url": "/"},
                {"name": "there", "url": f"http://other.invalid:{port}/"},
            ],
        )

    assert app.asked[0].headers["host"] == f"shop.test:{port}"
    assert observation.signal(SignalKind.FAILED_STEP) == "there"
    assert observation.stage is Stage.RESOLVE
