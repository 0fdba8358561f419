"""What ends the work on a photograph."""

from __future__ import annotations


class PhotoProblem(Exception):
    """A picture that is refused: a code of `REASONS` and a sentence with the values seen."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
