"""Which language a reader gets: `?lang`, then Accept-Language, then the default."""

from collections.abc import Sequence

MOST_RANGES = 20


def choose_locale(asked: str | None, accepted: str, available: Sequence[str], default: str) -> str:
    """Return one of *available*."""
    wanted = [asked] if asked else []
    for tag in (*wanted, *_ranges(accepted)):
        if found := _match(tag, available):
            return found
    return default if default in available else available[0]


def _ranges(accepted: str) -> list[str]:
    """Return the language ranges of an Accept-Language header, the most wanted first."""
    weighted = [_weight(each) for each in accepted.split(",")[:MOST_RANGES]]
    wanted = [(weight, tag) for weight, tag in weighted if weight > 0 and tag]
    return [tag for _, tag in sorted(wanted, key=lambda each: -each[0])]


def _weight(entry: str) -> tuple[float, str]:
    tag, _, parameter = entry.strip().partition(";")
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0, tag.strip()
    try:
        return float(value), tag.strip()
    except ValueError:
        return 0.0, ""


def _match(tag: str, available: Sequence[str]) -> str | None:
    """Return the locale of the same language, the exact one where it is there."""
    exact = [each for each in available if each.lower() == tag.lower()]
    language = tag.partition("-")[0].lower()
    same = [each for each in available if each.partition("-")[0].lower() == language]
    return next(iter(exact or same), None)
