"""Sets many pieces in one run of TeX; a faulty piece costs its neighbours nothing but time.

The outcome of a piece is that of setting it alone. A piece whose spelling could reach its
neighbours runs alone from the start. In a shared run, all that comes after a piece which broke the
run (or changed something outside itself) is set again without it, and that piece is judged in a
run of its own. An error after which the groups, the values and the commands are what they were has
no effect on what follows.
"""

from __future__ import annotations

import hashlib
import signal
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.latex_pages.tex.caution import needs_own_run, reads_past_settings
from pipelines.latex_pages.tex.formats import Format, FormatError
from pipelines.latex_pages.tex.log import DETAIL, Report, Segment, read_log
from pipelines.latex_pages.tex.process import Ended, run_command
from pipelines.latex_pages.tex.protocol import job_code
from pipelines.latex_pages.tex.results import Fault, Result, Set
from pipelines.latex_pages.tex.sandbox import SHELL, Limits, Sandbox, Walls, best_walls
from pipelines.latex_pages.tex.scratch import scratch_folder

DEFAULT_LIMITS = Limits()
PIECE_S = 0.05
"""Processor time that each piece adds to the limit of its run."""

_LOG_BYTES = 64 << 20
_XETEX = (
    '"$1" -interaction=nonstopmode -no-shell-escape -8bit -no-pdf -fmt="$2" main.tex; code=$?; '
    'if [ -s main.xdv ]; then "$3" -q -E -z0 -o main.pdf main.xdv && : > converted; fi; exit $code'
)


@dataclass(frozen=True, slots=True)
class _Job:
    """One call of `typeset`."""

    format: Format
    prelude: str
    pieces: Sequence[str]
    limits: Limits
    sandbox: Sandbox
    nonce: str


@dataclass(slots=True)
class _Outcome:
    """What one run decided.

    Attributes:
        results: piece -> its result.
        culprit: the piece that broke the run, with its fault; (-1, None) if none did.
        again: pieces to be set again.
    """

    results: dict[int, Result]
    culprit: tuple[int, Fault] | None
    again: list[int]


def typeset(
    format: Format,
    prelude: str,
    pieces: Sequence[str],
    *,
    limits: Limits = DEFAULT_LIMITS,
    walls: Walls | None = None,
) -> list[Result]:
    """Set pieces and return one result each, in order.

    Args:
        format: made by `get_format`.
        prelude: trusted code before the first piece: after `\\begin{document}` under pdflatex,
            before it under xelatex (native fonts are chosen here, by file name).
        pieces: TeX code that ships zero or more pages each; what it leaves on a page is shipped.
            Lone surrogates (U+DC80 to U+DCFF) stand for raw bytes.
        limits: of each run; time grows with the number of pieces.
        walls: None for the strongest that this machine has.

    Raises:
        FormatError: the prelude has a fault, or the engine does not start.
    """
    chosen = walls or best_walls()
    sandbox = Sandbox(chosen, format.installation, format.tree, format.path)
    job = _Job(format, prelude, pieces, limits, sandbox, _nonce(prelude, pieces))
    results: dict[int, Result] = {}
    shared: list[int] = []
    queue: deque[list[int]] = deque()
    for number, piece in enumerate(pieces):
        unsafe = reads_past_settings(piece) if chosen == "limits" else ""
        if unsafe:
            results[number] = Fault("unsafe", f"{unsafe} needs bubblewrap")
        elif needs_own_run(piece):
            queue.append([number])
        else:
            shared.append(number)
    if shared:
        queue.appendleft(shared)
    while queue:
        batch = queue.popleft()
        outcome = _run(job, batch)
        results |= outcome.results
        if outcome.culprit and outcome.culprit[0] == batch[0]:
            results[batch[0]] = outcome.culprit[1]
        elif outcome.culprit:
            queue.append([outcome.culprit[0]])
        elif len(outcome.again) == len(batch):
            middle = len(batch) // 2
            queue.extendleft([batch[middle:], batch[:middle]])
            continue
        if outcome.again:
            queue.appendleft(outcome.again)
    return [results[number] for number in range(len(pieces))]


def _nonce(prelude: str, pieces: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for text in (prelude, *pieces):
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return f"==={digest.hexdigest()[:24]}==="


def _run(job: _Job, batch: Sequence[int]) -> _Outcome:
    with scratch_folder() as folder:
        work = folder / "job"
        work.mkdir()
        _write_inputs(job, batch, work)
        transcript = folder / "transcript"
        limits = replace(job.limits, cpu_s=job.limits.cpu_s + int(PIECE_S * len(batch)))
        ended = run_command(
            job.sandbox.command(work, _engine_command(job.format), limits),
            job.sandbox.environment(),
            work,
            transcript,
            limits.wall_s,
        )
        # The end of the log dies with a killed engine; what it printed before each piece does not.
        report = read_log(_read_text(transcript if _died(ended) else work / "main.log"), job.nonce)
        pdf = _read_pdf(job.format, work)
        words = _last_words(transcript)
    if not report.segments or report.early:
        raise FormatError(f"a run did not reach its first piece: {(report.early or [words])[0]}")
    return _judge(batch, report, pdf, ended, words)


def _write_inputs(job: _Job, batch: Sequence[int], work: Path) -> None:
    limits = job.limits
    code = job_code(job.prelude, job.nonce, batch, limits.pages, job.format.engine)
    (work / "main.tex").write_bytes(code.encode("utf-8"))
    for number in batch:
        (work / f"p{number}.tex").write_bytes(_to_bytes(job.pieces[number]) + b"\n")


def _to_bytes(piece: str) -> bytes:
    try:
        return piece.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no byte
        return piece.encode("utf-8", "surrogatepass")


def _engine_command(format: Format) -> list[str]:
    program, dump = str(format.installation.program), str(format.path)
    if format.engine == "xelatex":
        return [SHELL, "-c", _XETEX, "sh", program, dump, str(format.installation.driver)]
    return [program, "-interaction=nonstopmode", "-no-shell-escape", f"-fmt={dump}", "main.tex"]


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(_LOG_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def _read_pdf(format: Format, work: Path) -> bytes:
    """Return the document, or nothing if it was not finished."""
    if format.engine == "xelatex" and not (work / "converted").is_file():
        return b""
    try:
        return (work / "main.pdf").read_bytes()
    except OSError:
        return b""


def _last_words(transcript: Path) -> str:
    """Return the last thing that was printed: errors of the sandbox or the shell."""
    lines = [line.strip() for line in _read_text(transcript)[-2000:].split("\n")]
    return next((line for line in reversed(lines) if line), "")[:DETAIL]


def _judge(batch: Sequence[int], report: Report, pdf: bytes, ended: Ended, words: str) -> _Outcome:
    """Decide which pieces of a run are done, which one broke it, and which must be set again."""
    orderly: list[Segment] = []
    for number, segment in zip(batch, report.segments, strict=False):
        if segment.number != number or segment.end != "END":
            break
        orderly.append(segment)
    whole = report.written == report.shipped if pdf else report.shipped == 0
    whole = whole and not _died(ended)
    if len(orderly) == len(batch) and report.done and whole and not report.strays:
        return _Outcome({s.number: _result(s, pdf) for s in orderly}, None, [])
    if len(orderly) == len(batch):
        if len(batch) > 1:
            return _Outcome({}, None, list(batch))
        found = (report.strays or [words])[0]
        detail = f"{report.written} pages written, {report.shipped} counted. {found}"[:DETAIL]
        return _Outcome({}, (batch[0], Fault("uncounted", detail)), [])
    broken = report.segments[len(orderly)] if len(report.segments) > len(orderly) else None
    culprit = batch[len(orderly)]
    fault = _fault(broken, ended, words)
    after = list(batch[len(orderly) + 1 :])
    if whole and not report.strays:
        results = {segment.number: _result(segment, pdf) for segment in orderly}
        return _Outcome(results, (culprit, fault), after)
    return _Outcome({}, (culprit, fault), [s.number for s in orderly] + after)


def _died(ended: Ended) -> bool:
    """Whether the engine was killed, rather than having ended by itself with or without errors."""
    return ended.timed_out or ended.code not in (0, 1)


def _result(segment: Segment, pdf: bytes) -> Result:
    if segment.errors:
        lost = all("Missing character" in error for error in segment.errors)
        return Fault("missing-character" if lost else "tex-error", segment.errors[0])
    pages = range(segment.first_page, segment.first_page + segment.pages)
    return Set(pdf, pages, tuple(segment.lines), tuple(segment.overfull))


def _fault(segment: Segment | None, ended: Ended, words: str) -> Fault:
    """Say why a run broke at a piece."""
    errors = segment.errors if segment else []
    first = errors[0] if errors else ""
    if segment and segment.end == "FLOOD":
        return Fault("page-flood", f"more than {segment.pages - 1} pages")
    if segment and segment.end == "POISON":
        what, _, rest = segment.detail.partition(" ")
        if what == "leak":
            return Fault("leak", f"changed: {rest}"[:DETAIL])
        return Fault("unbalanced", first or f"a {what} is not closed, or closed too often")
    killed = {-signal.SIGKILL, -signal.SIGXCPU, 128 + signal.SIGKILL, 128 + signal.SIGXCPU}
    if ended.timed_out or ended.code in killed:
        return Fault("timeout", first or "TeX had not finished at its deadline")
    if ended.code < 0 or ended.code > 128:
        return Fault("crash", f"exit status {ended.code}. {first or words}"[:DETAIL])
    if first:
        return Fault("fatal", first)
    if segment:
        return Fault("ended-early", words or "TeX's job ended inside the piece")
    return Fault("crash", f"exit status {ended.code}. {words}"[:DETAIL])
