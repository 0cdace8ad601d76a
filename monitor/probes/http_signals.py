"""The facts that an answer carries whatever the verdict on it."""

from collections.abc import Iterator
from datetime import datetime

from monitor.model.signals import Signal, SignalKind
from monitor.probes import http_headers, http_markers
from monitor.probes.assertions import Content, provider_codes, value_at
from monitor.probes.curl import Answer
from monitor.probes.fields import as_number
from monitor.probes.http_expectations import Expectations
from monitor.probes.http_headers import Headers
from monitor.probes.providers import PROFILES

_CODE_LENGTH = 64


def signals_of(
    spec: Expectations, answer: Answer, headers: Headers, content: Content, now: datetime
) -> Iterator[Signal]:
    """Yield every signal of one answer."""
    yield Signal(SignalKind.HTTP_STATUS, answer.status)
    delay = http_headers.retry_after_seconds(headers, now)
    if delay is not None:
        yield Signal(SignalKind.RETRY_AFTER_SECONDS, delay)
    offset = http_headers.clock_offset_seconds(headers, now)
    if offset is not None:
        yield Signal(SignalKind.SERVER_CLOCK_OFFSET_SECONDS, offset)
    expected = spec.expects(answer.status)
    marker = http_markers.maintenance_marker(content.text, expected=expected)
    if marker:
        yield Signal(SignalKind.MAINTENANCE_MARKER, marker)
    firewall = http_markers.waf_marker(answer.status, headers, content.text)
    if firewall:
        yield Signal(SignalKind.WAF_MARKER, firewall)
    if content.is_json:
        yield from _reported(spec, content.document)
    yield from _provider(spec, answer.status, headers, content)


def _reported(spec: Expectations, document: object) -> Iterator[Signal]:
    for kind, path in spec.signals.items():
        number = as_number(value_at(path, document))
        if number is not None:
            yield Signal(kind, number)


def _provider(
    spec: Expectations, status: int, headers: Headers, content: Content
) -> Iterator[Signal]:
    """Yield the provider's code and what it means; a good answer is asked where the check says."""
    codes: tuple[str, ...] = ()
    if content.is_json and (spec.provider or spec.provider_code or not spec.expects(status)):
        codes = provider_codes(spec, content)
    shown = next(iter(codes), "") or http_headers.bearer_error(headers)
    if shown:
        yield Signal(SignalKind.PROVIDER_CODE, shown[:_CODE_LENGTH])
    if spec.provider is None:
        return
    meaning = PROFILES[spec.provider].meaning(status, codes)
    if meaning:
        yield Signal(SignalKind.PROVIDER_CLASS, meaning.value)
