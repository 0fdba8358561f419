"""Reasons for rejection that the engine itself gives; pipelines add their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

ENGINE_REASONS: Mapping[str, str] = {
    "crash": "the worker died on this unit, more than once; report the file to the renderer",
    "timeout": "the unit passed its deadline; `retry` with a larger limits.unit_cpu_s",
    "memory": "the unit passed the worker's memory limit; `retry` with a larger limits.memory_mb",
    "error": "the pipeline failed on this unit; the detail names the exception",
    "near-duplicate": "text or photograph are nearly those of an earlier sample of the shard",
    "duplicate-file": "the file is byte for byte another one of the corpus",
    "unreadable": "the file or folder cannot be read, or its name is not UTF-8",
    "too-large": "the file has more bytes than limits.item_mb",
    "too-many-units": "the file claims more units than limits.item_units; it is likely damaged",
    "directory-loop": "a link leads back to a folder that holds it",
    "broken-archive": "the archive is truncated or damaged",
    "encrypted-archive": "the archive's member is encrypted; unpack it first",
    "nested-archive": "an archive inside an archive; unpack the outer one",
}


def merged(by_pipeline: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return what each reason means, the engine's included; where pipelines differ, all of it."""
    meanings = {code: [text] for code, text in ENGINE_REASONS.items()}
    for reasons in by_pipeline:
        for code, text in reasons.items():
            told = meanings.setdefault(code, [])
            if text not in told:
                told.append(text)
    return {code: " Or: ".join(texts) for code, texts in meanings.items()}


FAILURES = ("crash", "timeout", "memory", "error")
"""Reasons that say something of the run, not of the unit: `retry` renders them again."""
