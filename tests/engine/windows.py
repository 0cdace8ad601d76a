"""Windows for the tests of the engine: entered as a person does, and as they stand now."""

from datetime import timedelta

from monitor.engine.planning import WindowDraft, schedule_window
from monitor.model.maintenance import ExpectedPattern, Window
from tests.engine.world import World

BOTH = ("checkout", "repayment")


def schedule(
    world: World, start: int, end: int, *services: str, expected: ExpectedPattern | None = None
) -> Window:
    """Enter a window that starts and ends so many seconds from now."""
    wish = WindowDraft(
        start=world.now + timedelta(seconds=start),
        end=world.now + timedelta(seconds=end),
        services=services or BOTH,
        expected=expected or ExpectedPattern(),
    )
    window, batch = schedule_window(world.engine.memory, wish, world.now)
    world.batches.append(batch)
    return window


def current(world: World, window: Window) -> Window:
    """Return the window as it stands now."""
    return world.engine.memory.windows[window.id]
