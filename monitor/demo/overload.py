"""The rush of the fault `overload`: several times what the gateway's workers can do."""

import os

from monitor.demo.load import Pace, main
from monitor.demo.names import GATEWAY, OVERLOAD_SECONDS, RUSH
from monitor.demo.ports import HOST
from monitor.demo.serving import read_arguments
from monitor.demo.state import load_state

PACE = Pace(rate=110.0, most_open=300, seconds=OVERLOAD_SECONDS)

# The rush must starve the gateway's workers, not the monitor beside it.
NICENESS = 15

if __name__ == "__main__":
    os.nice(NICENESS)
    layout = read_arguments(RUSH).layout
    main(f"http://{HOST}:{load_state(layout).ports[GATEWAY]}", PACE)
