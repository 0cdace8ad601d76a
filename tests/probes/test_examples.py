"""The example of every probe type is a configuration that loads, and the page names each option."""

import re
from pathlib import Path

import pytest

from monitor import resources
from monitor.config import load
from monitor.probes.table import SPECS

PAGE = Path("docs/probes.md")


@pytest.mark.parametrize("type_", SPECS)
def test_the_example_loads_without_a_warning(type_: str) -> None:
    configuration = load(
        resources.path("checks", "examples", f"{type_}.yml"),
        probe_specs={name: each.spec for name, each in SPECS.items()},
        channel_specs={},
        environment={},
    )

    assert type_ in {check.type for check in configuration.checks}
    assert not configuration.warnings


@pytest.mark.parametrize("type_", SPECS)
def test_the_page_names_every_option_with_its_default(type_: str) -> None:
    text = resources.PACKAGE.parent.joinpath(PAGE).read_text()
    section = text.split(f"\n## `{type_}`")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", section, flags=re.MULTILINE))

    assert set(rows) == set(SPECS[type_].spec.model_fields)
    for name, field in SPECS[type_].spec.model_fields.items():
        required = rows[name] == "required"
        assert required is field.is_required(), name
