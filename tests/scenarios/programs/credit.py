"""The application `credit`: a master with its workers, and the figures of how they do."""

import argparse
import asyncio
import json
import os
import signal
import socket
import struct
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.scenarios.programs.board import Board, Row, is_alive
from tests.scenarios.programs.credit_worker import Worker
from tests.scenarios.programs.orders import Inbox
from tests.scenarios.programs.wire import Answer, read_request

BACKLOG = 64
SAMPLE_SECONDS = 0.1
SAMPLES = 20
# Of a listening socket, the fifth counter of struct tcp_info is the number that wait in its queue.
_TCP_INFO = struct.Struct("=8B5I")


class Master:
    """Forks the workers and answers /stats past them."""

    def __init__(self, settings: dict[str, Any], folder: Path) -> None:
        self._settings = settings
        self._pids_file = folder / "workers.json"
        self._inbox = Inbox(folder / "orders.json")
        self._board = Board(settings["workers"])
        self._pids: dict[int, int] = {}
        self._samples: deque[tuple[float, int, list[Row]]] = deque(maxlen=SAMPLES)
        self._listener = socket.create_server(
            (settings["host"], settings["port"]), backlog=BACKLOG, reuse_port=False
        )
        self._listener.setblocking(False)

    def start_workers(self) -> None:
        """Fork; must run before this process has a loop of its own."""
        for number in range(self._settings["workers"]):
            self._fork(number)
        self._pids_file.write_text(json.dumps(sorted(self._pids)))

    async def run(self) -> None:
        """Look after the workers and answer until SIGTERM."""
        stopped = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
        host, port = self._settings["host"], self._settings["stats_port"]
        async with await asyncio.start_server(self._serve, host, port):
            while not stopped.is_set():
                self._sample()
                with suppress(TimeoutError):
                    await asyncio.wait_for(stopped.wait(), SAMPLE_SECONDS)
        for pid in self._pids:
            for each in (signal.SIGTERM, signal.SIGCONT):
                with suppress(ProcessLookupError):
                    os.kill(pid, each)

    def _fork(self, number: int) -> None:
        pid = os.fork()
        if pid:
            self._pids[pid] = number
            return
        status = 1
        try:
            worker = Worker(number, self._settings, self._board, self._inbox)
            asyncio.run(worker.serve(self._listener))
            status = 0
        finally:
            os._exit(status)

    def _sample(self) -> None:
        self._samples.append((time.monotonic(), self._waiting(), self._board.rows()))

    def _waiting(self) -> int:
        raw = self._listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size)
        return int(_TCP_INFO.unpack(raw)[12])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, ValueError, EOFError, TimeoutError):
            request = await read_request(reader)
            figures = self._stats() if request.path == "/stats" else {}
            text = self._metrics() if request.path == "/metrics" else ""
            writer.write(Answer(body=figures, text=text).encoded())
            await writer.drain()
        writer.close()

    def _metrics(self) -> str:
        """Return the counters as Prometheus reads them."""
        rows = self._board.rows()
        totals = {
            "credit_requests_total": sum(row.requests for row in rows),
            "credit_orders_total": sum(row.orders for row in rows),
            "credit_paid_orders_total": sum(row.paid for row in rows),
        }
        return "".join(f"{name} {value}\n" for name, value in totals.items())

    def _stats(self) -> dict[str, Any]:
        """Return how loaded the workers were within the last seconds."""
        first, last = self._samples[0], self._samples[-1]
        seconds = max(last[0] - first[0], SAMPLE_SECONDS)
        rows = last[2]
        alive = [number for number, row in enumerate(rows) if is_alive(row)]
        busy = sum(bool(each[2][number].busy_since) for each in self._samples for number in alive)
        in_flight = sum(bool(row.busy_since) for row in rows) + last[1]

        def grown(what: str) -> int:
            return sum(
                int(getattr(now, what)) - int(getattr(then, what))
                for now, then in zip(rows, first[2], strict=True)
            )

        return {
            "workers": len(rows),
            "workers_alive": len(alive),
            "in_flight": in_flight,
            "queue_depth": last[1],
            "saturation_ratio": round(busy / (len(self._samples) * len(alive)), 3) if alive else 1,
            "request_rate": round(grown("requests") / seconds, 2),
        }


def main() -> None:
    """Run as the main program of a process."""
    parser = argparse.ArgumentParser(description="The bench's credit application.")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    settings = json.loads((folder / "settings.json").read_text())
    master = Master(settings, folder)
    master.start_workers()
    asyncio.run(master.run())


if __name__ == "__main__":
    main()
