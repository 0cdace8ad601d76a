"""What a run plays, as it is chosen on the command line."""

import re
from collections.abc import Collection

DEFAULT_SEEDS = [1]
FURTHER = "X"


def chosen_seeds(text: str) -> list[int]:
    """Return the seeds of `1..5`, `2` or `1,3,5`; nothing said is seed 1."""
    if not text.strip():
        return DEFAULT_SEEDS
    seeds: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d+)(?:\.\.(\d+))?\s*", part)
        if match is None:
            raise ValueError(f"SEEDS: expected 1..5, 2 or 1,3; not {text!r}")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise ValueError(f"SEEDS: {part.strip()} counts backwards")
        seeds.extend(range(first, last + 1))
    return seeds


def chosen_scenarios(
    text: str, known: Collection[str], *, further: Collection[str] = ()
) -> list[str]:
    """Return the names in `O04,O12`, in the order of the tables; nothing said is all *known*.

    `X` stands for all *further* ones, whose names begin with it.
    """
    wanted = {each.strip() for each in text.split(",") if each.strip()}
    if FURTHER in wanted:
        wanted = wanted - {FURTHER} | set(further)
    every = [*known, *further]
    unknown = sorted(wanted - set(every))
    if unknown:
        raise ValueError(f"ONLY: unknown {', '.join(unknown)}; there are {', '.join(every)}")
    return [each for each in every if each in wanted] if wanted else [*known]
