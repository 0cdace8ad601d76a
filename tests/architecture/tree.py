"""Reads the source tree: modules, what they import, and how long things are."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.support.programs import require

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Module:
    """One Python file: its dotted name, its place and its text."""

    name: str
    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """The part of the house it stands in: `monitor.web.ops.page` belongs to `web`."""
        return self.name.split(".")[1] if "." in self.name else ""

    def imports(self) -> Iterator[str]:
        """Name every module it imports, wherever the import stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from self._imported_from(node)

    def _imported_from(self, node: ast.ImportFrom) -> Iterator[str]:
        package = self.name.split(".")
        if not self.path.endswith("__init__.py"):
            package = package[:-1]
        base = package[: len(package) - node.level + 1] if node.level else []
        source = ".".join([*base, *([node.module] if node.module else [])])
        # What is imported from the package itself is a room or a module of ours.
        yield from (f"{source}.{alias.name}" for alias in node.names)

    def functions(self) -> Iterator[tuple[str, int]]:
        """Give the name of every function with its number of lines."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                yield node.name, node.end_lineno - node.lineno + 1


def modules(folder: str) -> list[Module]:
    """Read all Python files below a folder of the repository."""
    return [
        Module(name=_name(path), path=str(path.relative_to(ROOT)), text=path.read_text())
        for path in sorted((ROOT / folder).rglob("*.py"))
    ]


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def tracked_files() -> list[Path]:
    """List what git would hand to somebody else."""
    listing = subprocess.run(
        [require("git"), "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [each for each in files if each.is_file()]
