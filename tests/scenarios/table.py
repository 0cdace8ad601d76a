"""All scenarios in one literal table: the labelled faults, and the controls."""

from tests.scenarios.faults import channels, controls, own
from tests.scenarios.scenario import Scenario
from tests.scenarios.stand import Shape
from tests.scenarios.table_inside import ATTACKS, DATABASES, OVERLOAD
from tests.scenarios.table_outside import OWN, THIRD_PARTIES

CONTROLS = (
    Scenario(id="N1", title="nightly backup", fault=controls.backup),
    Scenario(id="N2", title="certificate renewed", fault=own.certificate_renewed),
    Scenario(
        id="N3",
        title="rolling restart behind the edge",
        fault=controls.rolling_restart,
        shape=Shape(instances=2),
    ),
    Scenario(id="N4", title="one probe lost", fault=controls.probe_lost),
    Scenario(id="N5", title="twice the users, within capacity", fault=controls.peak, is_heavy=True),
    Scenario(
        id="N6",
        title="work announced on what we do not use",
        fault=channels.maintenance_elsewhere,
    ),
    Scenario(
        id="N7",
        title="a probe that never had the right key",
        fault=controls.nothing,
        shape=Shape(wrong_key=True),
    ),
)
SCENARIOS: dict[str, Scenario] = {
    each.id: each
    for each in sorted(
        (*OVERLOAD, *DATABASES, *ATTACKS, *THIRD_PARTIES, *OWN, *CONTROLS),
        key=lambda each: (each.truth is None, each.id),
    )
}
