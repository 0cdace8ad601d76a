"""What is looked at before a release: pages in the states that matter, with their figures."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from math import sin

from monitor.web.public.chart import SPAN, STEPS, ResponseChart
from monitor.web.public.site import PublicSite
from tests.web.public.hard_scenes import HARD_SCENES
from tests.web.public.scenes import ACTIVE, DATABASE, SCENES
from tests.web.public.worlds import Scene, ScriptedClock

# Roughly what services take, in seconds.
TAKES = {"checkout": 0.18, "credit-pay": 0.24, "cash-loans": 0.4, "repayment": 0.09}


@dataclass(frozen=True, slots=True)
class View:
    """A page of a scene, looked at so many seconds after its last update."""

    scene: Callable[[], Awaitable[Scene]]
    path: str = "/"
    seconds_later: float = 0.0

    def address(self, locale: str) -> str:
        """Return where it is in *locale*."""
        return f"{self.path}{'&' if '?' in self.path else '?'}lang={locale}"

    async def site(self) -> PublicSite:
        """Return the site, with a day of response times."""
        scene = await self.scene()
        scene.responses = charts(scene)
        site = scene.site()
        site.clock = ScriptedClock(scene.now + timedelta(seconds=self.seconds_later))
        return site


def charts(scene: Scene) -> dict[str, ResponseChart]:
    """Return response times with a daily wave, a peak, and a gap for an hour."""
    start = scene.now.replace(minute=0, second=0, microsecond=0) - SPAN
    waves = [1 + 0.3 * sin(each / 20) + 0.15 * sin(each * 1.7) for each in range(STEPS)]
    waves[100:104] = [2.5, 3.1, 2.9, 2.2]
    gap = range(60, 66)
    return {
        name: ResponseChart(
            start,
            tuple(None if at in gap else takes * wave for at, wave in enumerate(waves)),
        )
        for name, takes in TAKES.items()
        if name in scene.statuses
    }


GALLERY = {
    "operational": View(SCENES["past"]),
    "disruption": View(SCENES["disrupted"]),
    "watched": View(SCENES["watched"]),
    "maintenance": View(SCENES["maintained"]),
    "overrun": View(SCENES["overrunning"]),
    "stale": View(SCENES["disrupted"], seconds_later=7400),
    "blind": View(SCENES["blind"]),
    "incident": View(SCENES["resolved"], f"/incidents/{DATABASE.id}"),
    "history": View(SCENES["resolved"], "/history"),
    "windows": View(SCENES["past"], "/maintenance"),
    "why_working": View(SCENES["calm"], "/why"),
    "why_disrupted": View(SCENES["disrupted"], "/why?service=cash-loans"),
    "why_confused": View(SCENES["calm"], "/why?at=nonsense"),
    "window": View(SCENES["maintained"], f"/maintenance/{ACTIVE.id}"),
    "subscribe": View(SCENES["calm"], "/subscribe"),
    "confirm": View(SCENES["calm"], "/subscribe/confirm/good"),
    "missing": View(SCENES["calm"], "/nothing"),
    **{name: View(scene) for name, scene in HARD_SCENES.items()},
}
