"""The probes and channels that exist fit into configurations, and the documentation shows how."""

import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from monitor.config import ConfigError, load, schema
from monitor.config.calendar_section import BlipsSection, CalendarSection
from monitor.config.check_section import CheckSection, ConfirmationSection
from monitor.config.component_section import ComponentSection
from monitor.config.fields import keys_of
from monitor.config.gate_section import GateSection, QuietHoursSection, RateSection
from monitor.config.mail_section import MailSection
from monitor.config.platform_section import PlatformSection
from monitor.config.policy_sections import (
    MaintenanceSection,
    NoticesSection,
    NoticeTexts,
    RecoverySection,
    UptimeSection,
)
from monitor.config.receiver_section import ReceiverSection
from monitor.config.service_section import ServiceSection
from monitor.config.setting_sections import (
    LimitsSection,
    ListenersSection,
    PublishSection,
    StaticSection,
    StoreSection,
)
from monitor.model.configuration import Configuration
from monitor.probes.table import SPECS
from monitor.publish.alerts.table import RECEIVERS

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
PROBES = {name: each.spec for name, each in SPECS.items()}
CHANNELS = {name: each.spec for name, each in RECEIVERS.items()}
SECTIONS: tuple[type[BaseModel], ...] = (
    PlatformSection,
    ServiceSection,
    ComponentSection,
    CheckSection,
    ConfirmationSection,
    ReceiverSection,
    RecoverySection,
    MaintenanceSection,
    NoticesSection,
    NoticeTexts,
    MailSection,
    GateSection,
    QuietHoursSection,
    RateSection,
    UptimeSection,
    CalendarSection,
    BlipsSection,
    ListenersSection,
    StoreSection,
    LimitsSection,
    PublishSection,
    StaticSection,
)


def _example(folder: Path) -> Path:
    found = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    path = folder / "monitor.yml"
    path.write_text(found[1], encoding="utf-8")
    return path


def _load(path: Path) -> Configuration:
    return load(path, probe_specs=PROBES, channel_specs=CHANNELS, environment={})


def test_the_example_of_the_documentation_loads(tmp_path: Path) -> None:
    configuration = _load(_example(tmp_path))

    assert len(configuration.checks) == 4
    assert configuration.warnings == ()


def test_a_path_that_cannot_be_looked_at_is_told(tmp_path: Path) -> None:
    """As in a folder that the monitor is not let into, which nothing keeps from root."""
    path, long = tmp_path / "monitor.yml", "n" * 300
    path.write_text(
        "platform: {name: {zh-CN: 甲, en: A}}\n"
        "components: {gateway: {kind: server}}\n"
        "checks:\n"
        "  pay:\n"
        "    {type: http, component: gateway, url: 'https://pay.test/',\n"
        f"     ca_file: '{long}'}}\n"
        f"  host: {{type: host, component: gateway, proc: '{long}'}}\n",
        encoding="utf-8",
    )

    with pytest.raises(ConfigError) as error:
        _load(path)

    assert [str(each) for each in error.value.problems] == [
        f"{path}:6: checks.pay.ca_file: cannot be looked at: File name too long",
        f"{path}:7: checks.host.proc: cannot be looked at: File name too long",
    ]


def test_an_unchanged_file_loads_as_an_equal_configuration(tmp_path: Path) -> None:
    path = _example(tmp_path)

    assert _load(path) == _load(path)


def test_the_schema_of_all_types_accepts_the_example(tmp_path: Path) -> None:
    made = schema(PROBES, CHANNELS)

    Draft202012Validator.check_schema(made)
    document = yaml.safe_load(_example(tmp_path).read_text(encoding="utf-8"))
    assert not list(Draft202012Validator(made).iter_errors(document))


@pytest.mark.parametrize("spec", [*PROBES.values(), *CHANNELS.values()])
def test_every_spec_is_frozen_and_refuses_unknown_keys(spec: type[BaseModel]) -> None:
    assert spec.model_config.get("extra") == "forbid"
    assert spec.model_config.get("frozen") is True


@pytest.mark.parametrize(
    ("spec", "section"),
    [
        *((each, CheckSection) for each in PROBES.values()),
        *((each, ReceiverSection) for each in CHANNELS.values()),
    ],
)
def test_no_spec_takes_a_key_that_every_entry_has(
    spec: type[BaseModel], section: type[BaseModel]
) -> None:
    assert not set(section.model_fields) & set(spec.model_fields)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda each: each.__name__)
def test_every_key_is_documented(section: type[BaseModel]) -> None:
    page = PAGE.read_text(encoding="utf-8")

    missing = [key for key in keys_of(section) if not re.search(rf"`(\w+\.)?{key}`", page)]
    assert missing == []
