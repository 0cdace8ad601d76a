"""The JSON Schema of a configuration file, for editors that complete and check while one types."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from monitor.config.calendar_section import CalendarSection
from monitor.config.check_section import CheckSection, DefaultsSection
from monitor.config.component_section import ComponentSection
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

Schema = dict[str, Any]
Specs = Mapping[str, type[BaseModel]]
Names = Mapping[Any, str]

_SINGLE: dict[str, type[BaseModel]] = {
    "platform": PlatformSection,
    "defaults": DefaultsSection,
    "recovery": RecoverySection,
    "maintenance": MaintenanceSection,
    "notices": NoticesSection,
    "uptime": UptimeSection,
    "listeners": ListenersSection,
    "store": StoreSection,
    "limits": LimitsSection,
    "publish": PublishSection,
    "reload": ReloadSection,
}
_REFERENCE: Schema = {"type": "string", "pattern": r"\$\{"}
_SCALARS = frozenset({"integer", "number", "boolean"})


def schema(probe_specs: Specs, channel_specs: Specs) -> Schema:
    """Return the schema of a file: a whole configuration, or one of the files it includes."""
    models: list[type[BaseModel]] = [*_SINGLE.values(), ServiceSection, ComponentSection]
    models += [
        CalendarSection,
        CheckSection,
        ReceiverSection,
        ReportDeadlineSection,
        *probe_specs.values(),
        *channel_specs.values(),
    ]
    inputs: list[tuple[type[BaseModel], Literal["validation"]]]
    inputs = [(each, "validation") for each in dict.fromkeys(models)]
    references, definitions = models_json_schema(inputs)
    defs = {name: _referable(each) for name, each in definitions["$defs"].items()}
    names = {model: ref["$ref"].rpartition("/")[2] for (model, _), ref in references.items()}
    defs |= _typed("check", defs[names[CheckSection]], probe_specs, (defs, names))
    defs |= _typed("receiver", defs[names[ReceiverSection]], channel_specs, (defs, names))
    properties: Schema = {key: _ref(names[each]) for key, each in _SINGLE.items()}
    properties |= {
        "include": {"type": "array", "items": {"type": "string"}},
        "services": _named(names[ServiceSection]),
        "components": _named(names[ComponentSection]),
        "checks": _named("check"),
        "receivers": _named("receiver"),
        "calendar": _named(names[CalendarSection]),
        "report_deadlines": {"type": "array", "items": _ref(names[ReportDeadlineSection])},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of the availability monitor",
        "type": "object",
        "properties": {key: _or_nothing(each) for key, each in properties.items()},
        "additionalProperties": False,
        "if": {"not": {"required": ["platform"]}},
        "then": {"propertyNames": {"enum": sorted(NAMED)}},
        "$defs": defs,
    }


def _typed(kind: str, common: Schema, specs: Specs, known: tuple[Schema, Names]) -> Schema:
    """Define an entry of *kind*: its `type` decides which keys it has besides the common ones."""
    definitions, names = known
    result = {
        f"{kind}.{type_}": _joined(common, definitions[names[spec]], type_)
        for type_, spec in specs.items()
    }
    result[kind] = {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": sorted(specs)}},
        "allOf": [
            {
                "if": {"properties": {"type": {"const": type_}}, "required": ["type"]},
                "then": _ref(f"{kind}.{type_}"),
            }
            for type_ in specs
        ],
    }
    return result


def _joined(common: Schema, spec: Schema, type_: str) -> Schema:
    properties = {**common["properties"], **spec.get("properties", {}), "type": {"const": type_}}
    return {
        "description": spec.get("description", ""),
        "type": "object",
        "properties": properties,
        "required": [*common["required"], *spec.get("required", [])],
        "additionalProperties": False,
    }


def _referable(node: Schema) -> Schema:
    """Allow `${NAME}` wherever a number, a switch, a choice or a pattern is expected."""
    if "const" not in node and (node.get("type") in _SCALARS or {"enum", "pattern"} & set(node)):
        return {"anyOf": [node, _REFERENCE]}
    return {keyword: _below(keyword, each) for keyword, each in node.items()}


def _below(keyword: str, value: Any) -> Any:
    if keyword == "properties":
        return {name: _referable(each) for name, each in value.items()}
    if keyword in {"anyOf", "oneOf", "allOf", "prefixItems"}:
        return [_referable(each) for each in value]
    if keyword in {"items", "additionalProperties"} and isinstance(value, dict):
        return _referable(value)
    return value


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _named(name: str) -> Schema:
    return {"type": "object", "additionalProperties": _ref(name)}


def _or_nothing(each: Schema) -> Schema:
    # A section of which everything is commented out is empty, which YAML reads as null.
    return {"anyOf": [each, {"type": "null"}]}
