"""A monitor that is killed loses nothing that it had reported as committed, and nothing by half."""

from tests.storage.conftest import Place
from tests.storage.processes import writing


async def test_what_was_reported_committed_survives_sigkill(place: Place) -> None:
    with writing(place) as child:
        child.listen(lambda said: said.get("committed") == "inc_40")
        child.process.kill()
        child.listen()

    store = place.open()
    events = [each.subject for _, each in await store.new_events(10_000)]
    incidents = {each.id for each in await store.incidents(limit=10_000)}
    (run,) = await store.monitor_runs(place.clock.now())
    saved = store.load()
    await store.close()

    committed = child.words("committed")
    assert len(committed) > 40
    assert events[: len(committed)] == committed, "in the order in which they were submitted"
    assert set(events) == incidents, "no event without its state, no state without its event"
    assert saved.alive_until == run.alive_until
