"""The walls around a TeX process: bubblewrap where it works, limits and TeX's own settings always.

With bubblewrap a process sees the engine, its libraries, the texmf trees, the system's fonts and
the format, all read-only, and may write to its job folder; it has no network, no other processes
and no home. Without it, `openin_any=p`, `openout_any=p` and `shell_escape=f` still hold, and the
limits on memory, time and file size; what these miss is refused before TeX starts (`caution`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pipelines.latex_pages.tex.installation import FONT_FOLDERS, Installation, clean_environment
from pipelines.latex_pages.tex.search import FONT_SETTINGS

Walls = Literal["bubblewrap", "limits"]

INSIDE = "/job"
"""Where the job folder is seen inside bubblewrap."""

SHELL = os.path.realpath("/bin/sh")
_LIMITED = 'ulimit -c 0; ulimit -t "$1"; ulimit -v "$2"; ulimit -f "$3"; shift 3; exec "$@"'
_WAITING = '"$@"; exit $?'
_TRIAL_S = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use.

    Attributes:
        cpu_s: seconds of processor time, per process.
        wall_s: seconds until the whole run is killed.
        memory_mb: address space, MiB, per process.
        file_mb: size of any file written, MiB.
        pages: pages that one piece may ship.
    """

    cpu_s: int = 5
    wall_s: float = 60.0
    memory_mb: int = 1500
    file_mb: int = 128
    pages: int = 12


@dataclass(frozen=True, slots=True)
class Sandbox:
    """How to run an engine behind walls.

    Attributes:
        walls: which walls there are.
        tree: folder that TEXMFCNF names.
        format: the format file.
    """

    walls: Walls
    installation: Installation
    tree: Path
    format: Path

    def command(self, job: Path, inner: Sequence[str], limits: Limits) -> list[str]:
        """Return the command line that runs `inner` with `job` as its working folder."""
        sizes = (limits.cpu_s, limits.memory_mb * 1024, limits.file_mb * 2048)
        limited = [SHELL, "-c", _LIMITED, "sh", *map(str, sizes)]
        if self.walls == "limits":
            return ["setpriv", "--pdeathsig", "KILL", *limited, *inner]
        # The shell is the first process of its namespace and waits for the engine. bubblewrap's own
        # first process would hide the engine's CPU time from whoever measures us.
        return [*limited, *self._bubblewrap(job), SHELL, "-c", _WAITING, "sh", *inner]

    def environment(self) -> dict[str, str]:
        """Return the environment of the engine."""
        # Huge pages halve the page faults of TeX's big arrays: 8 ms per start.
        return clean_environment() | {
            "TEXMFCNF": str(self.tree),
            "FONTCONFIG_FILE": str(self.tree / FONT_SETTINGS),
            "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
        }

    def _bubblewrap(self, job: Path) -> list[str]:
        found = self.installation
        command = [bubblewrap() or "bwrap", "--unshare-all", "--as-pid-1"]
        command += ["--die-with-parent", "--new-session"]
        for link in ("/bin", "/lib", "/lib64"):
            if os.path.islink(link):
                command += ["--symlink", os.readlink(link), link]
        shown = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", SHELL, "/etc/ld.so.cache"]
        shown += [str(path) for path in (*FONT_FOLDERS, *found.trees, self.tree, self.format)]
        shown += [str(found.program), *([str(found.driver)] if found.driver else [])]
        for path in _outermost(shown):
            command += ["--ro-bind", path, path]
        return [*command, "--dir", "/tmp", "--bind", str(job), INSIDE, "--chdir", INSIDE]


def _outermost(paths: Sequence[str]) -> list[str]:
    """Return those that exist, links resolved, without what lies inside another."""
    real = sorted({os.path.realpath(path) for path in paths if os.path.exists(path)})
    return [path for path in real if not any(path.startswith(f"{other}/") for other in real)]


@cache
def bubblewrap() -> str:
    """Return the path of bubblewrap if it works here, else "": tried once."""
    program = shutil.which("bwrap")
    if program is None:
        return ""
    command = [program, "--unshare-all", "--die-with-parent", "--new-session"]
    with tempfile.TemporaryDirectory(prefix="dataengine-bwrap-") as folder:
        command += ["--ro-bind", "/", "/", "--bind", folder, folder, "--chdir", folder]
        command += [SHELL, "-c", "echo yes > tried"]
        try:
            subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_TRIAL_S,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return ""
        return program if Path(folder, "tried").is_file() else ""


def best_walls() -> Walls:
    """Return the strongest walls that this machine has."""
    return "bubblewrap" if bubblewrap() else "limits"


def sandbox_note() -> tuple[bool, str]:
    """Say whether bubblewrap guards TeX here, and in one sentence what does: for `doctor`."""
    if bubblewrap():
        return True, "bubblewrap: TeX sees its fonts and its job folder, nothing else"
    rest = "only openin_any=p, resource limits and the refusal of unsafe commands guard TeX"
    if shutil.which("bwrap"):
        return False, f"bubblewrap cannot make user namespaces here; {rest}"
    return False, f"bubblewrap is not installed (apt-get install bubblewrap); {rest}"


def describe(walls: Walls) -> Mapping[str, str]:
    """Return what stands in a plan: the walls can change which pieces are refused."""
    return {"TeX sandbox": walls}
