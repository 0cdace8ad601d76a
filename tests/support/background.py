"""Threads for what is played while other tests run, no more at a time than the machine has cores.

Stands are whole platforms: more of them than cores would starve each other and the tests beside
them, and a starved platform is late, which is a fault of its own.
"""

import os
from concurrent.futures import ThreadPoolExecutor

SEATS = max(2, os.cpu_count() or 2)
# How long the last of them may have to wait for its turn and play.
PATIENCE_SECONDS = 900.0

BACKGROUND = ThreadPoolExecutor(SEATS, "background")
