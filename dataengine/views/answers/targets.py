"""Answers that are one of the sample's targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from dataengine.settings import Settings
from dataengine.views.answers.found import Found
from dataengine.views.answers.printing import arranged, columns_of, printed
from dataengine.views.draws import Draws
from dataengine.views.settings import View


class TargetAnswer(Settings):
    """The answer is a target; a string goes through unchanged, byte for byte."""

    of: Literal["target"]
    target: str = Field(description="key in the sample's targets")
    form: Literal["text", "json", "python", "one"] = Field(
        "text", description="a string as it is, a mapping as JSON or Python, one of several strings"
    )
    keys: tuple[str, ...] = Field((), description="order of a mapping's outer keys")
    inner_order: str = Field("", description="CSV target whose columns order the inner keys")

    needs: ClassVar[tuple[str, ...]] = ("targets",)
    slots: ClassVar[frozenset[str]] = frozenset()
    many: ClassVar[bool] = False

    def found(self, row: Mapping[str, Any], task: str, view: View, draws: Draws) -> Iterator[Found]:
        """Yield what a row can be asked for, in the order in which it is drawn."""
        value = row["targets"].get(self.target)
        if value is None:
            return
        if self.form == "one":
            yield from self._one_each(value, task, draws)
            return
        if self.form != "text":
            value = arranged(value, self.keys, columns_of(row["targets"].get(self.inner_order)))
        answer = printed(value, self.form)
        if answer is not None:
            yield Found(answer)

    def _one_each(self, value: Any, task: str, draws: Draws) -> Iterator[Found]:
        texts = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
        for text in draws.ordered(dict.fromkeys(texts, 1.0), task, "one"):
            yield Found(text, details={"one": texts.index(text)})
