"""Reads the facts of a regulatory incident from a file, as strictly as a configuration."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from monitor.config.document import read_document
from monitor.config.entries import mapping_at
from monitor.config.problem import ConfigError
from monitor.config.reader import Reader
from monitor.config.section import LocalizedTexts, Section
from monitor.config.validation import validate

EXPECTED = 'expected a time such as "2026-01-10T00:00" or a day such as "2026-01-10"'


def _moment(text: str) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(EXPECTED) from error
    return text


Moment = Annotated[str, AfterValidator(_moment)]


class FactsSection(Section):
    """What a rule asks for and whom it concerns, in every language users read."""

    rule: Annotated[LocalizedTexts, Field(min_length=1)]
    change: Annotated[LocalizedTexts, Field(min_length=1)]
    effective_from: Moment | None = None
    existing: LocalizedTexts = Field(default={})
    action: LocalizedTexts = Field(default={})
    act_before: Moment | None = None
    scope: LocalizedTexts = Field(default={})


def load_facts(path: Path, environment: Mapping[str, str]) -> FactsSection:
    """Return the facts in *path*; ConfigError with every problem, its line and its key."""
    reader = Reader(environment)
    place = read_document(path)
    values = mapping_at(place, reader)
    facts = None if values is None else validate(FactsSection, values, place, reader)
    if facts is None or reader.problems:
        raise ConfigError(sorted(dict.fromkeys(reader.problems), key=lambda each: each.line))
    return facts
