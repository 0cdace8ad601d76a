"""Says which of the words that exist was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches

MOST_SHOWN = 28


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?`, or the list of what exists where nothing is close."""
    choices = sorted({str(each) for each in known})
    if close := get_close_matches(word, choices, n=1, cutoff=0.6):
        return f"; did you mean {close[0]!r}?"
    if 0 < len(choices) <= MOST_SHOWN:
        return f"; expected one of {', '.join(choices)}"
    return ""
