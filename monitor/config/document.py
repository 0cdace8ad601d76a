"""Reads a YAML file into nodes that still know their lines."""

from pathlib import Path

import yaml

from monitor.config.place import Place
from monitor.config.problem import ConfigError, Problem

# libyaml composes five times as fast; some builds of PyYAML come without it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_document(path: Path) -> Place:
    """Return the top of the file, which is a mapping; ConfigError where it cannot be read."""
    file = str(path)
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except OSError as error:
        raise _refusal(file, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _refusal(file, "expected text in UTF-8") from error
    except yaml.MarkedYAMLError as error:
        raise _refusal(file, f"not valid YAML: {error.problem}", _line(error)) from error
    except yaml.YAMLError as error:
        raise _refusal(file, "not valid YAML: a character that YAML does not allow") from error
    if root is None:
        root = yaml.MappingNode("tag:yaml.org,2002:map", [])
    if not isinstance(root, yaml.MappingNode):
        raise _refusal(file, "expected a mapping of sections")
    return Place(file, 1, root)


def _line(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


def _refusal(file: str, message: str, line: int = 1) -> ConfigError:
    return ConfigError([Problem(file, line, "", message)])
