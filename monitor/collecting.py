"""Keeps the collector of cyclic garbage from standing in the way of probes.

A full collection looks at every object there is, a third of a second with 1,000 checks, and
nothing else runs meanwhile; a busy public page makes it more frequent. What a configuration made
stays as long as the configuration does, so the collector is told to leave it alone.
"""

import asyncio
import gc

# Requests and observations leave hardly a cycle behind: the young are looked at less often.
YOUNG = 10_000
# By then every check has been probed, and has what it keeps.
FIRST_ROUND_SECONDS = 60.0


def settle() -> None:
    """Collect what is new, and leave all that is there now out of later collections."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])


def settle_anew() -> None:
    """Do so after another configuration: what only the earlier one needed is found, too."""
    gc.unfreeze()
    settle()


async def settle_at_start() -> None:
    """Settle now, and once more after the first round of probes."""
    settle()
    await asyncio.sleep(FIRST_ROUND_SECONDS)
    settle()
