"""Which signs have no place in a text that users read."""

import re

# Control characters, and signs that turn the direction of all that follows (Unicode, UAX 9): a
# name with one of them would turn the rest of a sentence, in mail and on the page.
_HARMFUL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def harmful_sign(text: str) -> str:
    """Return the first sign of *text* that may not be there, as `U+202E`; empty where none is."""
    found = _HARMFUL.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""
