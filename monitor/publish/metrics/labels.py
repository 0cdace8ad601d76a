"""Label text: escaped, and made once per check instead of once per scrape."""

from collections.abc import Mapping

from monitor.model.check import Check

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def escape(value: str) -> str:
    """Return *value* as it may stand between the quotes of a label."""
    return value.translate(_ESCAPES)


class CheckLabels:
    """Remembers the label text of each check for as long as the check exists."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Check, str]] = {}

    def of(self, check: Check) -> str:
        known = self._known.get(check.name)
        # A reload makes new values, so that identity is enough and comparing them is not needed.
        if known is not None and known[0] is check:
            return known[1]
        text = (
            f'check="{escape(check.name)}",component="{escape(check.component)}"'
            f',type="{escape(check.type)}",location="{escape(check.location)}"'
        )
        self._known[check.name] = (check, text)
        return text

    def forget_all_but(self, checks: Mapping[str, Check]) -> None:
        """Drop the text of checks that were removed."""
        if len(self._known) > len(checks):
            self._known = {name: each for name, each in self._known.items() if name in checks}
