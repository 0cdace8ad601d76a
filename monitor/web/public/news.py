"""What the page shows of notices: which stand there in full, and what was new in the others."""

import re
from collections.abc import Sequence

from monitor.model.notice import NoticeKind
from monitor.publish.notices.wording import language_of
from monitor.web.public.view import PublicUpdate

# Their first paragraph only says which notice they are about; what they tell is in the next one.
INTRODUCED = frozenset({NoticeKind.CORRECTION, NoticeKind.SUMMARY})
# Behind a Chinese stop, and behind a Latin one that ends no abbreviation (e.g., St., Ltd.).
SENTENCE_ENDS = re.compile(
    r"(?<=[。！？])(?![。！？”’」』）])\s*"
    r"|(?<=[。！？][”’」』）])\s*"
    r"|(?<!\b[A-Z]\.)(?<!\b[A-Z]\w\.)(?<!\b[A-Z]\w\w\.)(?<!\.\w\.)(?<=[.!?])\s+(?=[^\W_a-z])"
)


def standing(updates: Sequence[PublicUpdate]) -> Sequence[PublicUpdate]:
    """Return what is to be read in full, newest first: the notice by which things stand.

    A correction has no outlook and no advice of its own, so the notice before it stands, too,
    unless that is the one that was set right.
    """
    if not updates or updates[0].kind is not NoticeKind.CORRECTION:
        return updates[:1]
    before = next((each for each in updates if each.kind is not NoticeKind.CORRECTION), None)
    return updates[:1] if before is None or before.corrected_at else (updates[0], before)


def news_in(text: str, kind: NoticeKind, before: str, locale: str) -> str:
    """Return what the notice *text* says first and the one *before* did not; empty: nothing."""
    said = frozenset(sentences(before))
    fresh = [each for each in sentences(first_words(text, kind)) if each not in said]
    return ("" if language_of(locale) == "zh" else " ").join(fresh)


def first_words(text: str, kind: NoticeKind) -> str:
    """Return the paragraph of a notice that says what users cannot do, or what is set right."""
    return "\n\n".join(text.split("\n\n")[: 2 if kind in INTRODUCED else 1])


def sentences(text: str) -> Sequence[str]:
    """Return the sentences of *text*; two that cannot be told apart for sure stay together."""
    parts = (part for each in text.split("\n\n") for part in SENTENCE_ENDS.split(each))
    return [part.strip() for part in parts if part.strip()]
