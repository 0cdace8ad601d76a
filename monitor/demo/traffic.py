"""The steady background traffic of the platform's users."""

from monitor.demo.load import Pace, main
from monitor.demo.names import GATEWAY, TRAFFIC
from monitor.demo.ports import HOST
from monitor.demo.serving import read_arguments
from monitor.demo.state import load_state

PACE = Pace(rate=6.0, most_open=40)

if __name__ == "__main__":
    layout = read_arguments(TRAFFIC).layout
    main(f"http://{HOST}:{load_state(layout).ports[GATEWAY]}", PACE)
