"""What people do in a simulation: they plan work, end it in their ways, and take incidents on."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from monitor.engine import planning
from monitor.engine.commands import CommandError
from monitor.engine.incident_work import acknowledge
from monitor.engine.memory import Memory
from monitor.engine.planning import WindowDraft
from monitor.model.batch import Batch
from monitor.model.incident import IncidentStatus
from monitor.model.maintenance import Window, WindowStatus
from tests.simulation.run import Simulation

Whim = Callable[[Simulation, Sequence[str]], None]
Command = Callable[[Memory, str], tuple[object, Batch]]


def schedule(world: Simulation, wish: WindowDraft, made: list[str]) -> None:
    """Plan a window; its id goes to *made*."""

    def step() -> tuple[Window, Batch]:
        window, batch = planning.schedule_window(world.engine.memory, wish, world.now)
        made.append(window.id)
        return window, batch

    _do(world, step)


def approve(world: Simulation, made: Sequence[str]) -> None:
    """Approve what was drafted."""
    _each(world, made, lambda memory, key: planning.approve_window(memory, key, world.now, "bob"))


def extend(world: Simulation, made: Sequence[str]) -> None:
    """Take an hour more."""
    end = world.now + timedelta(hours=1)
    _each(world, made, lambda memory, key: planning.extend_window(memory, key, end, world.now))


def verify(world: Simulation, made: Sequence[str]) -> None:
    """Say that the work is done."""
    _each(world, made, lambda memory, key: planning.verify_window(memory, key, world.now))


def complete(world: Simulation, made: Sequence[str]) -> None:
    """End the work, whatever the probes say."""
    _each(world, made, lambda memory, key: planning.complete_window(memory, key, world.now))


def cancel(world: Simulation, made: Sequence[str]) -> None:
    """Call the work off."""
    _each(world, made, lambda memory, key: planning.cancel_window(memory, key, world.now))


def look_after(world: Simulation) -> None:
    """Approve what the calendar drafts, and take open incidents on."""
    memory = world.engine.memory
    drafts = [each for each in memory.windows.values() if each.status is WindowStatus.DRAFT]
    approve(world, [each.id for each in drafts if each.origin])
    for each in list(memory.incidents.values()):
        if each.status is IncidentStatus.OPEN:
            _do(world, partial(acknowledge, memory, each, "ann", world.now))


def _each(world: Simulation, keys: Sequence[str], command: Command) -> None:
    for key in keys:
        _do(world, partial(command, world.engine.memory, key))


def _do(world: Simulation, step: Callable[[], tuple[object, Batch]]) -> None:
    """Carry out a command as the driver does; one that comes too late is refused."""
    try:
        _, batch = step()
    except CommandError:
        return
    world.emit(batch)
    world.emit(world.engine.advance(world.now))
