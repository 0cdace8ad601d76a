import subprocess
import sys

import pytest

from monitor.schedule.limits import default_max_in_flight

_RAISE = """
import resource
from monitor.schedule.limits import raise_descriptor_limit
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
assert raise_descriptor_limit() == hard
assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
assert raise_descriptor_limit() == hard
"""


def test_the_limit_of_descriptors_is_raised_to_the_hard_one() -> None:
    """A process of its own, because a limit cannot be given back."""
    done = subprocess.run([sys.executable, "-c", _RAISE], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("descriptors", [300, 1024, 65_536, 1_048_576])
def test_probes_in_flight_leave_descriptors_for_the_rest(descriptors: int) -> None:
    assert 8 <= default_max_in_flight(descriptors) < descriptors - 256 / 2


def test_a_tiny_limit_still_lets_some_probes_run() -> None:
    assert default_max_in_flight(64) == 8
