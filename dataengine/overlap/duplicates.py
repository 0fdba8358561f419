"""Duplicates among samples of one or several datasets: each later one with its nearest earlier one.

Rows stream through once. Kept of each are two 64-bit keys, its id, and its sketch in a temporary
file until the band search (`dataengine.duplicates`) reads it: a million rows take about 0.4 GB.
Two of ten million rows share a 64-bit key by chance with a probability of 3 in a million.

Exact forms do not depend on the order of rows but for which one stays: the groups are the same.
Near forms are symmetric pair by pair; a row is left out if any earlier one is near it, even one
that is itself left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dataengine.overlap.duplicate_report import DuplicateReport
from dataengine.overlap.row_keys import RowKeys
from dataengine.overlap.settings import Duplicates


def find_duplicates(
    rows: Iterable[Mapping[str, Any]], settings: Duplicates | None = None
) -> DuplicateReport:
    """Find duplicates among decoded reader rows that also name their `dataset`.

    Of each row at most one match is reported for its picture and one for its text, the exact
    before the near one.

    Args:
        rows: with the columns of `dataengine.overlap.dataset_rows.duplicate_columns`; identity is
            (dataset, id). The order decides which one is the earlier.
    """
    settings = settings or Duplicates()
    with RowKeys(settings) as keys:
        for row in rows:
            keys.add(row)
        return keys.report()
