"""Headers that programs read word for word: addresses in <> and message ids."""

from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.policy import SMTP, Policy


class VerbatimHeader(UnstructuredHeader, BaseHeader):
    """A header on one line, as it is.

    The library takes a token of more than a line for text and encodes it (RFC 2047), but nobody
    decodes words in these headers: one click would no longer unsubscribe, threads fall apart.
    """

    def fold(self, *, policy: Policy) -> str:
        """Return the header as it goes over the wire; a line may have 998 characters."""
        return f"{self.name}: {self}{policy.linesep}"


VERBATIM = ("Message-ID", "In-Reply-To", "References", "List-Id", "List-Unsubscribe")


def mail_policy() -> Policy:
    """Return how messages are made; everything on the way to the reader can carry seven bits."""
    registry = HeaderRegistry()
    for each in VERBATIM:
        registry.map_to_type(each, VerbatimHeader)
    return SMTP.clone(cte_type="7bit", header_factory=registry)
