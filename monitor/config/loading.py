"""Loads a configuration: every file, every rule, and all problems at once."""

from collections.abc import Collection, Mapping
from pathlib import Path

from pydantic import BaseModel

from monitor.config.calendar_rules import calendar_problems, calendar_warnings
from monitor.config.draft import Draft, make_draft
from monitor.config.files import read_files
from monitor.config.language import language_problems
from monitor.config.mail_rules import mail_problems
from monitor.config.outline import outline
from monitor.config.platform_section import PlatformSection
from monitor.config.problem import ConfigError, Problem
from monitor.config.reader import Reader
from monitor.config.references import reference_problems
from monitor.config.timing import timing_problems, timing_warnings
from monitor.model.configuration import Configuration


def load(
    path: Path,
    *,
    probe_specs: Mapping[str, type[BaseModel]],
    channel_specs: Mapping[str, type[BaseModel]],
    environment: Mapping[str, str],
    locales: Collection[str] | None = None,
) -> Configuration:
    """Return the configuration of *path* and all it includes; ConfigError with every problem.

    *locales* are those that notices can be written in; None allows every language.
    """
    reader = Reader(environment)
    try:
        tops = read_files(path, reader)
        draft = make_draft(outline(tops, reader), reader, probe_specs, channel_specs)
    except RecursionError as error:
        raise ConfigError([Problem(str(path), 1, "", "nested too deeply")]) from error
    problems = [
        *reader.problems,
        *language_problems(draft, locales),
        *reference_problems(draft),
        *timing_problems(draft),
        *calendar_problems(draft),
        *mail_problems(draft),
    ]
    if problems or draft.platform is None:
        raise ConfigError(_in_order(problems, [each.file for each in tops]))
    return _configuration(draft, draft.platform, environment)


def _in_order(problems: list[Problem], files: list[str]) -> list[Problem]:
    """Sort by file, as these were read, then by line; what was said twice is said once."""
    rank = {file: index for index, file in enumerate(files)}
    distinct = dict.fromkeys(problems)
    return sorted(distinct, key=lambda each: (rank.get(each.file, len(rank)), each.file, each.line))


def _configuration(
    draft: Draft, platform: PlatformSection, environment: Mapping[str, str]
) -> Configuration:
    return Configuration(
        platform=platform.value(),
        services=tuple(each.section.value(name) for name, each in draft.services.items()),
        components=tuple(each.section.value(name) for name, each in draft.components.items()),
        checks=tuple(each.section.value(name, each.spec) for name, each in draft.checks.items()),
        receivers=tuple(
            each.section.value(name, each.spec) for name, each in draft.receivers.items()
        ),
        watch=draft.recovery.value(),
        maintenance=draft.maintenance.value(),
        notices=draft.notices.value(platform.time_zone),
        mail=draft.notices.mail.value() if draft.notices.mail else None,
        uptime=draft.uptime.value(),
        calendar=tuple(
            each.section.value(name, platform.time_zone) for name, each in draft.calendar.items()
        ),
        report_deadlines=tuple(each.value() for each in draft.report_deadlines),
        listeners=draft.listeners.value(),
        store=draft.store.value(environment),
        max_in_flight=draft.limits.max_in_flight,
        reload_on_change=draft.reload.on_change,
        static_dir=draft.publish.value(),
        warnings=tuple(str(each) for each in (*timing_warnings(draft), *calendar_warnings(draft))),
    )
