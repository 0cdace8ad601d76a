"""The tables of docs/configuration.md: only keys that exist, their defaults, and every choice."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from monitor.config.calendar_section import CalendarSection
from monitor.config.check_section import CheckSection, ConfirmationSection
from monitor.config.component_section import ComponentSection
from monitor.config.gate_section import GateSection
from monitor.config.mail_section import MailSection
from monitor.config.outline import NAMED
from monitor.config.platform_section import PlatformSection
from monitor.config.policy_sections import (
    MaintenanceSection,
    NoticesSection,
    RecoverySection,
    UptimeSection,
)
from monitor.config.receiver_section import ReceiverSection
from monitor.config.report_section import ReportDeadlineSection
from monitor.config.service_section import ServiceSection
from monitor.config.setting_sections import (
    LimitsSection,
    ListenersSection,
    PublishSection,
    ReloadSection,
    StoreSection,
)
from monitor.model.events import EventType
from monitor.model.platform import ComponentKind
from monitor.probes.table import SPECS
from monitor.publish.alerts.table import RECEIVERS

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
SECTIONS: dict[str, type[BaseModel]] = {
    "`platform` (required)": PlatformSection,
    "`services`": ServiceSection,
    "`components`": ComponentSection,
    "`checks` and `defaults`": CheckSection,
    "`receivers`": ReceiverSection,
    "`recovery`": RecoverySection,
    "`maintenance`": MaintenanceSection,
    "`calendar`": CalendarSection,
    "`uptime`": UptimeSection,
    "`notices`": NoticesSection,
    "`notices.gates`": GateSection,
    "`notices.mail`": MailSection,
    "`report_deadlines`": ReportDeadlineSection,
}
# The last table has the keys of several sections, each after the name of its own.
SETTINGS: dict[str, type[BaseModel]] = {
    "listeners": ListenersSection,
    "store": StoreSection,
    "limits": LimitsSection,
    "reload": ReloadSection,
    "publish": PublishSection,
}
LAST = "`listeners`, `store`, `limits`, `publish`, `reload`"


def rows(heading: str) -> dict[str, tuple[str, str]]:
    """Return default and meaning by key; two keys in one row have their defaults in order."""
    text = re.split(r"^##+ ", PAGE.split(f" {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    table = text.split("| key | default | meaning |\n|---|---|---|\n")[1].split("\n\n")[0]
    found: dict[str, tuple[str, str]] = {}
    for line in table.splitlines():
        names, default, meaning = (each.strip() for each in line.strip("| ").split(" | ", 2))
        keys = re.findall(r"`([\w.]+)`", names)
        defaults = (
            default.split(", ") if len(keys) > 1 and ", " in default else [default] * len(keys)
        )
        found |= {key: (told, meaning) for key, told in zip(keys, defaults, strict=True)}
    return found


def fields(section: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return the fields by the names that a file uses."""
    return {each.alias or name: each for name, each in section.model_fields.items()}


def is_told(default: str, field: FieldInfo) -> bool:
    """Say whether *default* is what the field takes where the file says nothing."""
    if default == "required" or field.is_required():
        return default == "required" and field.is_required()
    told = re.fullmatch(r"`([^`]+)`", default)
    if told is None:  # Said in words: nothing, what the code works out, or a section of its own.
        return not field.default or isinstance(field.default, BaseModel)
    adapter: TypeAdapter[Any] = TypeAdapter(field.rebuild_annotation())
    return bool(adapter.validate_python(yaml.safe_load(told[1])) == field.default)


def wrong(told: Iterable[tuple[str, str, FieldInfo]]) -> list[str]:
    """Return the keys whose default is told otherwise than it is."""
    return [f"{key}: {default}" for key, default, field in told if not is_told(default, field)]


@pytest.mark.parametrize("heading", SECTIONS)
def test_a_table_has_every_key_of_its_section_and_its_default(heading: str) -> None:
    known, told = fields(SECTIONS[heading]), rows(heading)

    assert set(told) == set(known)
    assert wrong((key, default, known[key]) for key, (default, _) in told.items()) == []


def test_the_last_table_has_every_key_of_its_sections_and_its_default() -> None:
    told = {key: default for key, (default, _) in rows(LAST).items() if key != "dir"}
    known = {
        f"{name}.{key}": field
        for name, section in SETTINGS.items()
        for key, field in fields(section).items()
    }

    assert set(told) == set(known)
    assert wrong((key, default, known[key]) for key, default in told.items()) == []


def test_the_text_has_the_defaults_of_a_confirmation() -> None:
    told = dict(re.findall(r"`(\w+)` \(`?([\d.]+s?)`?\)", PAGE))
    known = fields(ConfirmationSection)

    assert set(known) - set(told) == {"flapping"}
    assert wrong((key, f"`{told[key]}`", known[key]) for key in told) == []


def choices(heading: str, key: str) -> set[str]:
    """Return the words that the meaning of a key names before its first semicolon or bracket."""
    return set(re.findall(r"`([\w.]+)`", re.split(r"[;(]", rows(heading)[key][1])[0]))


def test_every_type_of_check_is_named_and_no_other() -> None:
    assert choices("`checks` and `defaults`", "type") == set(SPECS)


def test_every_type_of_receiver_is_named_and_no_other() -> None:
    assert choices("`receivers`", "type") == set(RECEIVERS)


def test_every_kind_of_component_is_named_and_no_other() -> None:
    assert choices("`components`", "kind") == {each.value for each in ComponentKind}


def test_every_family_of_events_is_named_and_no_other() -> None:
    named = choices("`receivers`", "events")

    assert named == {f"{each.value.split('.')[0]}." for each in EventType}


def test_what_included_files_may_hold_is_named() -> None:
    (sentence,) = re.findall(r"Included files may hold (.*?);", PAGE, re.DOTALL)

    assert set(re.findall(r"`(\w+)`", sentence)) == NAMED
