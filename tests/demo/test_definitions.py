from pathlib import Path

import pytest

from monitor import config, resources
from monitor.clock import SystemClock
from monitor.demo.faults import FAULTS, SERVICES
from monitor.model.cause import Cause
from monitor.model.configuration import Configuration
from monitor.model.observation import Outcome
from monitor.probes.prober import Prober
from monitor.probes.table import SPECS
from monitor.publish.alerts.table import RECEIVERS
from tests.demo.platform import Platform


@pytest.fixture
def configuration(demo: Platform) -> Configuration:
    """The configuration as the monitor of `make run` loads it."""
    own = {"DATA_DIR": str(demo.data_dir), "PORT": str(demo.port), "OPS_PORT": str(demo.ops_port)}
    return config.load(
        Path(resources.path("checks", "demo", "monitor.yml")),
        probe_specs={name: each.spec for name, each in SPECS.items()},
        channel_specs={name: each.spec for name, each in RECEIVERS.items()},
        environment={**demo.state().environment, **own},
    )


def test_the_definitions_are_valid_without_a_warning(configuration: Configuration) -> None:
    assert configuration.warnings == ()


def test_the_timings_are_those_of_the_contract(configuration: Configuration) -> None:
    assert {check.interval_seconds for check in configuration.checks} == {2.0}
    assert configuration.watch.seconds == configuration.watch.critical_seconds == 15.0
    assert configuration.notices.min_duration_seconds == 10.0
    assert configuration.maintenance.overrun_grace_seconds == 15.0


def test_the_window_of_the_demo_covers_all_services(configuration: Configuration) -> None:
    assert {service.name for service in configuration.services} == set(SERVICES)


def test_every_fault_has_a_cause_that_the_monitor_knows() -> None:
    assert {fault.cause for fault in FAULTS.values()} <= set(Cause)


async def test_every_check_is_ok_on_the_healthy_demo(configuration: Configuration) -> None:
    prober = Prober(SystemClock())
    try:
        seen = [await prober.probe(check) for check in configuration.checks]
    finally:
        await prober.close()

    assert {each.check: each.outcome for each in seen} == dict.fromkeys(
        (check.name for check in configuration.checks), Outcome.OK
    )
