"""Hostile pieces are contained, reported and unnoticed by their neighbours, with either wall."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.latex_pages.tex.installation import Engine
from pipelines.latex_pages.tex.results import FAULTS, Fault, Result, Set
from pipelines.latex_pages.tex.runs import typeset
from pipelines.latex_pages.tex.sandbox import Limits, Walls, bubblewrap
from pipelines.latex_pages.tex.scratch import PREFIX
from tests.pipelines.latex_pages.tex.hostile import ANY, ATTACKS, LATE
from tests.pipelines.latex_pages.tex.setting import PRELUDES, get, good, look, words

SECRET = "Xq7secretZk9"
LIMITS = Limits(cpu_s=1, wall_s=30, memory_mb=800, file_mb=8, pages=6)
WAYS: list[tuple[Engine, Walls]] = [
    ("pdflatex", "bubblewrap"),
    ("pdflatex", "limits"),
    ("xelatex", "bubblewrap"),
    ("xelatex", "limits"),
]
NEIGHBOURS = 12
QUICK = ("endless-macro", "page-flood", "endless-memory")
"""Of the attacks that end at the deadline, those that are tried in every way."""
FILES = ("write18", "input", "verbatim", "openin", "openout", "special", "include", "caret")
"""Beginnings of the names of attacks on files, in which xelatex and its driver differ."""


@dataclass
class Trial:
    """Results of all attacks in one call, the neighbours among them, and the world outside."""

    walls: Walls
    attacks: Mapping[str, Result]
    neighbours: list[Result]
    expected: list[Result]
    outside: Path
    secret: Path
    left: list[str]


def _is_tried(name: str, engine: Engine, walls: Walls) -> bool:
    """All attacks under the strongest walls with pdflatex; elsewhere what may end otherwise."""
    attack = ATTACKS[name]
    if engine not in attack.engines:
        return False
    if engine == "xelatex":
        reaches_out = name.startswith(FILES) or (walls == "bubblewrap" and attack.unsafe)
        return name in ("endless-macro", "protocol", "end-document") or reaches_out
    return attack.faults != LATE or name in QUICK or (engine, walls) == WAYS[0]


@pytest.fixture(scope="module", params=WAYS, ids=[f"{engine}-{walls}" for engine, walls in WAYS])
def trial(
    request: pytest.FixtureRequest, tex: Path, tmp_path_factory: pytest.TempPathFactory
) -> Trial:
    engine, walls = request.param
    if walls == "bubblewrap" and not bubblewrap():
        pytest.skip("bubblewrap does not work here")
    outside = tmp_path_factory.mktemp("outside")
    outside.chmod(0o777)
    secret = outside / "secret.tex"
    secret.write_text(SECRET)
    scratch = tmp_path_factory.mktemp("scratch")
    known = {name: ATTACKS[name] for name in ATTACKS if _is_tried(name, engine, walls)}
    codes = [
        attack.code.replace("SECRET", str(secret)).replace("OUTSIDE", str(outside))
        for attack in known.values()
    ]
    step = -(-len(codes) // NEIGHBOURS)
    pieces: list[str] = []
    for number in range(NEIGHBOURS):
        pieces += [good(number), *codes[number * step : (number + 1) * step]]
    format = get(engine, tex)
    expected = typeset(format, PRELUDES[engine], [good(number) for number in range(NEIGHBOURS)])
    before = tempfile.tempdir
    tempfile.tempdir = str(scratch)
    try:
        results = typeset(format, PRELUDES[engine], pieces, limits=LIMITS, walls=walls)
    finally:
        tempfile.tempdir = before
    at = dict(zip(pieces, results, strict=True))
    return Trial(
        walls,
        {name: at[code] for name, code in zip(known, codes, strict=True)},
        [at[good(number)] for number in range(NEIGHBOURS)],
        expected,
        outside,
        secret,
        [path.name for path in scratch.glob(f"{PREFIX}*")],
    )


def test_every_attack_ends_as_it_must(trial: Trial) -> None:
    surprises = []
    for name, result in trial.attacks.items():
        attack = ATTACKS[name]
        reason = result.reason if isinstance(result, Fault) else ""
        allowed = ("unsafe",) if attack.unsafe and trial.walls == "limits" else attack.faults
        if allowed != ANY and reason not in allowed:
            surprises.append((name, result))
        if isinstance(result, Fault) and (reason not in FAULTS or not result.detail):
            surprises.append((name, result))
    assert not surprises


def test_the_neighbours_notice_nothing(trial: Trial) -> None:
    for result, expected in zip(trial.neighbours, trial.expected, strict=True):
        assert look(result) == look(expected)


def test_nothing_is_read_outside(trial: Trial) -> None:
    for name, result in trial.attacks.items():
        if isinstance(result, Set):
            assert SECRET.encode() not in result.pdf, name
            assert SECRET not in words(result), name
            assert "LEAKED" not in words(result), name
            assert SECRET not in repr((result.log, result.overfull)), name
        else:
            assert SECRET not in result.detail, name


def test_nothing_is_written_outside_and_nothing_stays(trial: Trial) -> None:
    assert sorted(os.listdir(trial.outside)) == ["secret.tex"]
    assert trial.secret.read_text() == SECRET
    assert trial.left == []


def test_time_does_not_run_away(trial: Trial) -> None:
    assert isinstance(trial.attacks["endless-macro"], Fault)
    assert trial.attacks["endless-macro"].reason == "timeout"


MEASURED = """
import resource, sys
from pathlib import Path
from pipelines.latex_pages.tex.runs import typeset
from tests.pipelines.latex_pages.tex.hostile import ATTACKS
from tests.pipelines.latex_pages.tex.setting import PRELUDES, get
from tests.pipelines.latex_pages.tex.test_hostile import LIMITS
engine, walls, cache = sys.argv[1:]
made = get(engine, Path(cache))
pieces = [ATTACKS["endless-memory"].code]
typeset(made, PRELUDES[engine], pieces, limits=LIMITS, walls=walls)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize(("engine", "walls"), WAYS)
def test_memory_does_not_run_away(tex: Path, engine: Engine, walls: Walls) -> None:
    if walls == "bubblewrap" and not bubblewrap():
        pytest.skip("bubblewrap does not work here")
    get(engine, tex)
    # In a process of its own: the largest child of this one may be any test's.
    command = [sys.executable, "-c", MEASURED, engine, walls, str(tex)]
    peak_kb = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert 1024 < peak_kb < LIMITS.memory_mb * 1024
