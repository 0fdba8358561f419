"""Vary's conversation JSON: what LLaVA's is, so it is read by the same code.

Vary puts a plain name into "image" and "<image>\\nPROMPT" into the first turn; both are what a
record of LLaVA may be. It has a name of its own so that recipes say what they mean; `format: auto`
calls such files llava.
"""

from __future__ import annotations

from pipelines.imported.formats.llava import Llava


class _Vary(Llava):
    name = "vary"
    summary = "Vary's conversation JSON: the same as llava"

    def recognises(self, name: str, data: bytes) -> bool:
        return False


FORMAT = _Vary()
