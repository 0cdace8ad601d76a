"""What a reload reads but only a start takes over is left as it is, and named."""

from dataclasses import replace

import pytest

from monitor.config import until_restart
from monitor.model.configuration import Configuration, Listeners, StoreConfig
from monitor.model.platform import Platform

BOUND = Listeners(public_port=40_001, operations_port=40_002)
RUNNING = Configuration(
    platform=Platform(names={"en": "Pay"}),
    services=(),
    components=(),
    checks=(),
    listeners=BOUND,
)
READ = {
    "listeners": replace(RUNNING, listeners=replace(BOUND, public_port=8080)),
    "store": replace(RUNNING, store=StoreConfig(data_dir="elsewhere")),
    "limits": replace(RUNNING, max_in_flight=100),
}


@pytest.mark.parametrize("key", READ)
def test_what_only_a_start_takes_over_is_named(key: str) -> None:
    read = replace(READ[key], static_dir="www")

    taken, waiting = until_restart(RUNNING, read)

    assert taken == replace(RUNNING, static_dir="www")
    assert waiting == [key]


def test_any_free_port_is_met_by_the_one_that_was_taken() -> None:
    read = replace(RUNNING, listeners=replace(BOUND, public_port=0, operations_port=0))

    assert until_restart(RUNNING, read) == (RUNNING, [])
