"""Small works for the tests of `latex_pages`, and a stock harvested from them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from dataengine.material import Piece as Stored
from dataengine.material import Refusal, Row
from pipelines.latex_pages.harvest import harvest
from pipelines.latex_pages.setting import Setter
from pipelines.latex_pages.vetting import Vetter

ENGLISH = r"""
\documentclass{article}
\usepackage{amsmath,booktabs}
\newcommand{\speed}[1]{v_{\mathrm{#1}}}
\DeclareMathOperator{\rank}{rank}
\newtheorem{law}{Law}
\begin{document}
\section{Moving water}
A river carries what it can lift, and drops what it cannot. The speed $\speed{bed}$ near the bed is
smaller than the speed $\speed{top}$ at the surface\footnote{By a quarter, as a rule of thumb.} and
both change with the season. Engineers measure the depth first, then the slope, and only then the
speed, since the first two can be had with a rod and a level on any quiet morning of the year.

The mean speed follows from
\begin{equation}
  \speed{mean} = \frac{1}{n} R^{2/3} \sqrt{S}, \qquad n > 0,
\end{equation}
where $R$ is the hydraulic radius and $S$ the slope. Nobody has derived this formula; it was fitted
to many canals, and it has served for more than a century without a better one taking its place.

\begin{law}
The rank satisfies $\rank(AB) \leq \min(\rank A, \rank B)$ for all matrices of fitting size.
\end{law}

\begin{itemize}
\item A gauge reads the level every hour.
\item A current meter is lowered from the bridge.
\end{itemize}

\begin{table}
\caption{Roughness of channels}
\begin{tabular}{lrr}
\toprule
Channel & $n$ & Speed \\
\midrule
Concrete & 0.013 & 2.41 \\
Gravel & 0.025 & 1.25 \\
Weeds & 0.050 & 0.63 \\
\bottomrule
\end{tabular}
\end{table}

\subsection{Floods}
\[
  Q_{\max} = \sum_{i=1}^{k} a_i I_i, \qquad \alpha \neq \beta^{2}_{j}
\]
A flood wave travels faster than the water in it. The crest flattens on its way, and a gauge far
down the valley sees it later, lower and longer than the gauge at the first bridge in the hills.
\end{document}
"""

CHINESE = r"""
\documentclass{ctexart}
\usepackage{amsmath}
\begin{document}
\section{茶叶的制作}
鲜叶采下之后要先摊开晾干，水分减少以后才能杀青。杀青的温度约为 $T=240$ 度，时间不超过三分钟，
否则叶片会变黄。揉捻使叶细胞破裂，茶汁附着在表面，冲泡时容易浸出。最后一步是干燥，含水量降到百分之六以下。

不同地区的做法并不相同。南方的茶厂多用蒸汽，北方的作坊仍然用铁锅，味道因此有很大的差别。
\[ w = \frac{m_1 - m_2}{m_1} \times 100 \]
其中 $m_1$ 表示鲜叶的质量，$m_2$ 表示干茶的质量。

\begin{table}
\caption{各类茶叶的含水量}
\begin{tabular}{|l|c|c|}
\hline
种类 & 鲜叶 & 干茶 \\
\hline
绿茶 & 75.2 & 5.8 \\
红茶 & 76.0 & 6.1 \\
\hline
\end{tabular}
\end{table}
\end{document}
"""


def harvested(source: str | bytes, formats: Path) -> list[Stored | Refusal]:
    """Return what a work of one file gives."""
    vetter = Vetter(Setter(formats))
    data = source.encode() if isinstance(source, str) else source
    return list(harvest(data, "work.tex", lambda name: None, vetter))


def pieces(found: Iterable[Stored | Refusal]) -> list[Stored]:
    """Return the pieces among them."""
    return [one for one in found if isinstance(one, Stored)]


def refusals(found: Iterable[Stored | Refusal]) -> list[Refusal]:
    """Return the refusals among them."""
    return [one for one in found if isinstance(one, Refusal)]


class FakeMaterial:
    """Material in memory, with the same questions as the engine's."""

    def __init__(self, rows: Mapping[str, list[Row]]) -> None:
        self._rows = rows
        self.groups = {name: len(some) for name, some in sorted(rows.items())}

    def read(self, group: str, start: int, count: int) -> list[Row]:
        """Return rows of a group."""
        return self._rows[group][start : start + count]


@cache
def material(formats: Path) -> FakeMaterial:
    """Return the material of both works."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for name, source in (("water.tex", ENGLISH), ("tea.tex", CHINESE)):
        for piece in pieces(harvested(source, formats)):
            body = json.loads(json.dumps(piece.body))
            rows[piece.group].append(Row(body, "works", name, "CC0-1.0", ""))
    return FakeMaterial(rows)
