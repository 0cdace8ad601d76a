"""The grammar of `depends_on` and `fails_when`."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from monitor.config.section import Name, Section
from monitor.model.platform import Dependency, FailsWhen


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise ValueError("expected every name once")
    return names


Names = Annotated[tuple[Name, ...], Field(min_length=1), AfterValidator(_distinct)]


class Soft(Section):
    """`{soft: name}`: its loss degrades, but breaks nothing."""

    soft: Name

    def value(self) -> Dependency:
        return Dependency(names=(self.soft,), soft=True)


class AnyOf(Section):
    """`{any_of: [names]}`: one of them is enough."""

    any_of: Names

    def value(self) -> Dependency:
        return Dependency(names=self.any_of)


class Quorum(Section):
    """`{at_least: k, of: [names]}`: so many of them are needed."""

    at_least: int = Field(ge=1)
    of: Names

    @model_validator(mode="after")
    def _can_be_met(self) -> "Quorum":
        if self.at_least > len(self.of):
            raise ValueError(f"at_least is more than the {len(self.of)} names in `of`")
        return self

    def value(self) -> Dependency:
        return Dependency(names=self.of, required=self.at_least)


def _shape(entry: Any) -> str | None:
    """Tell the forms apart; the marks keep a tag from being taken for a key of the file."""
    if isinstance(entry, str | Soft | AnyOf | Quorum):
        return "<name>" if isinstance(entry, str) else f"<{type(entry).__name__}>"
    keys = entry if isinstance(entry, dict) else {}
    forms = {"soft": "<Soft>", "any_of": "<AnyOf>", "at_least": "<Quorum>", "of": "<Quorum>"}
    return next((tag for key, tag in forms.items() if key in keys), None)


Entry = Annotated[
    Annotated[Name, Tag("<name>")]
    | Annotated[Soft, Tag("<Soft>")]
    | Annotated[AnyOf, Tag("<AnyOf>")]
    | Annotated[Quorum, Tag("<Quorum>")],
    Discriminator(
        _shape,
        custom_error_type="depends_on",
        custom_error_message="expected a name, {soft: name}, {any_of: [names]}"
        " or {at_least: k, of: [names]}",
    ),
]
"""One entry of `depends_on`."""


class CountedFailure(Section):
    """`{at_least: k}`: so many bad checks make the component bad."""

    at_least: int = Field(ge=1)


def _failure_shape(entry: Any) -> str | None:
    if isinstance(entry, str):
        return "<word>"
    return "<count>" if isinstance(entry, dict | CountedFailure) else None


FailsWhenEntry = Annotated[
    Annotated[Literal["any", "all"], Tag("<word>")] | Annotated[CountedFailure, Tag("<count>")],
    Discriminator(
        _failure_shape,
        custom_error_type="fails_when",
        custom_error_message="expected any, all or {at_least: k}",
    ),
]
"""When a component's checks make it bad."""


def dependencies(entries: tuple[Entry, ...]) -> tuple[Dependency, ...]:
    """Return the entries as the model has them."""
    return tuple(
        Dependency(names=(each,)) if isinstance(each, str) else each.value() for each in entries
    )


def fails_when(entry: FailsWhenEntry) -> FailsWhen:
    """Return the threshold as the model has it."""
    if isinstance(entry, CountedFailure):
        return FailsWhen(count=entry.at_least)
    return FailsWhen(count=None if entry == "all" else 1)
