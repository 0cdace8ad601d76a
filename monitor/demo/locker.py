"""The fault `database-locked`: a session that holds exclusive locks and does not let go."""

import signal
import threading

import psycopg

from monitor.demo.layout import Layout
from monitor.demo.ledger_schema import TABLES
from monitor.demo.names import LEDGER, LOCKER
from monitor.demo.pool import connection_text
from monitor.demo.serving import ignore_interrupts, read_arguments
from monitor.demo.state import load_state

RETRY_SECONDS = 0.5
LOOK_SECONDS = 0.5


def hold(layout: Layout, stop: threading.Event) -> None:
    """Lock the tables until told to stop; lock them again after a restart of the ledger."""
    conninfo = connection_text(layout, load_state(layout).ports[LEDGER], connect_timeout=2)
    while not stop.is_set():
        try:
            with psycopg.connect(conninfo, application_name="locker") as connection:
                connection.execute(f"LOCK TABLE {', '.join(TABLES)} IN ACCESS EXCLUSIVE MODE")
                while not stop.wait(LOOK_SECONDS):
                    connection.execute("SELECT 1")
        except psycopg.OperationalError:
            stop.wait(RETRY_SECONDS)


def main() -> None:
    """Hold the locks as the main program of a process."""
    ignore_interrupts()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    layout = read_arguments(LOCKER).layout
    hold(layout, stop)


if __name__ == "__main__":
    main()
