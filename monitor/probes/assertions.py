"""What an http check expects of an answer: the first expectation that is not met, as a value."""

import json
from dataclasses import dataclass

import jsonpath

from monitor.model.observation import FailureKind
from monitor.model.provider import ProviderClass
from monitor.model.signals import Signal, SignalKind
from monitor.probes.contract import Contract
from monitor.probes.fields import Comparison, JsonPath
from monitor.probes.http_expectations import Expectations
from monitor.probes.http_headers import Headers
from monitor.probes.providers import PROFILES

_ABSENT = object()
_SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """An expectation that an answer did not meet, and the contract it broke where it is one.

    *detail* may show what was seen; *discreet* says the same without a value of the answer.
    """

    kind: FailureKind
    detail: str
    discreet: str
    signal: Signal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A body as text and, where it is JSON, as a document."""

    text: str
    document: object = None
    is_json: bool = False


def read(spec: Expectations, status: int, headers: Headers, body: bytes) -> Content:
    """Decode *body*; it is parsed where the check wants JSON, or an error comes as JSON."""
    content_type = headers.get("content-type", "").lower()
    text = _decode(body, content_type)
    if not spec.wants_json and ("json" not in content_type or spec.expects(status)):
        return Content(text=text)
    try:
        return Content(text=text, document=json.loads(text), is_json=True)
    except (ValueError, RecursionError):
        return Content(text=text)


def value_at(path: JsonPath, document: object) -> object:
    """Return the first value at *path*, or None where there is none."""
    found = _find(path, document)
    return None if found is _ABSENT else found


def unmet(spec: Expectations, status: int, headers: Headers, content: Content) -> Unmet | None:
    """Return the first expectation that fails: headers, body, JSON, the provider's code."""
    return (
        _header_unmet(spec, headers)
        or _body_unmet(spec, content.text)
        or _json_unmet(spec, content)
        or _provider_unmet(spec, status, content)
    )


def contract_unmet(contract: Contract, content: Content) -> Unmet | None:
    """Return where the document breaks *contract*; a large one is better looked at in a thread."""
    if not content.is_json:
        return _broken("$", "is no JSON")
    violation = contract.violation(content.document)
    return _broken(violation.path, violation.rule) if violation else None


def provider_codes(spec: Expectations, content: Content) -> tuple[str, ...]:
    """Return the provider's codes in the document, the most telling first."""
    found = (_find(path, content.document) for path in spec.code_paths)
    return tuple(
        str(each) for each in found if isinstance(each, str | int) and not isinstance(each, bool)
    )


def _header_unmet(spec: Expectations, headers: Headers) -> Unmet | None:
    for name, pattern in spec.expect_headers.items():
        value = headers.get(name.lower())
        if value is None or not pattern.search(value):
            seen = "absent" if value is None else _shown(value)
            discreet = f"header {name}: {'absent' if value is None else 'differs'}"
            return Unmet(
                kind=FailureKind.HEADER_UNEXPECTED,
                detail=f"header {name}: {seen}",
                discreet=discreet,
            )
    return None


def _body_unmet(spec: Expectations, text: str) -> Unmet | None:
    if spec.expect_body and not spec.expect_body.search(text):
        detail = f"body lacks {spec.expect_body.pattern!r}"
        return Unmet(kind=FailureKind.BODY_UNEXPECTED, detail=detail, discreet=detail)
    if spec.reject_body and spec.reject_body.search(text):
        detail = f"body contains {spec.reject_body.pattern!r}"
        return Unmet(kind=FailureKind.BODY_UNEXPECTED, detail=detail, discreet=detail)
    return None


def _json_unmet(spec: Expectations, content: Content) -> Unmet | None:
    if not spec.expect_json:
        return None
    if not content.is_json:
        return _broken("body", "is no JSON")
    for path, comparison in spec.expect_json.items():
        fault = _path_unmet(path, comparison, _find(path, content.document))
        if fault:
            return fault
    return None


def _path_unmet(path: JsonPath, comparison: Comparison, value: object) -> Unmet | None:
    if value is _ABSENT:
        return _broken(str(path), "is absent") if comparison.exists else None
    if not comparison.exists:
        return _broken(str(path), "is present")
    violated = comparison.violation(value)
    if not violated:
        return None
    return Unmet(
        kind=FailureKind.VALUE_UNEXPECTED,
        detail=f"{path} is {_shown(value)}: {violated} does not hold",
        discreet=f"{path}: {violated} does not hold",
    )


def _provider_unmet(spec: Expectations, status: int, content: Content) -> Unmet | None:
    profile = PROFILES[spec.provider] if spec.provider else None
    if profile is None and not spec.provider_ok:
        return None
    codes = provider_codes(spec, content)
    if not codes:
        silent = profile is not None and profile.is_silent and not spec.provider_ok
        return None if silent else _broken(str(spec.code_paths[0]), "is absent")
    meaning = profile.meaning(status, codes) if profile else None
    if meaning is ProviderClass.OK or set(codes) & set(spec.provider_ok):
        return None
    whose = f" ({meaning.value})" if meaning else ""
    detail = f"provider's code {_shown(codes[0])}{whose}"
    return Unmet(kind=FailureKind.PROVIDER_ERROR, detail=detail, discreet=detail)


def _broken(path: str, how: str) -> Unmet:
    text = f"{path} {how}"
    return Unmet(
        kind=FailureKind.CONTRACT_BROKEN,
        detail=text,
        discreet=text,
        signal=Signal(SignalKind.CONTRACT_VIOLATION, path, how),
    )


def _find(path: JsonPath, document: object) -> object:
    if not isinstance(document, dict | list):
        return _ABSENT
    try:
        match = path.match(document)
    except jsonpath.JSONPathError:
        # A filter that does not fit what is there.
        return _ABSENT
    return _ABSENT if match is None else match.obj


def _decode(body: bytes, content_type: str) -> str:
    charset = content_type.partition("charset=")[2].partition(";")[0].strip(" \"'")
    try:
        return body.decode(charset or "utf-8", errors="replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", errors="replace")


def _shown(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
