"""Figures are whole or not there."""

from __future__ import annotations

import pytest

from dataengine.errors import StorageError
from trainers.bench.writing import read_json, write_json


def test_round_trip_and_nothing_left_beside(tmp_path):
    path = tmp_path / "new" / "figures.json"
    assert read_json(path) == {}
    for data in ({"a": [1, 2.5, None]}, {"ä": "é"}):
        write_json(path, data)
        assert read_json(path) == data
    assert [one.name for one in path.parent.iterdir()] == ["figures.json"]


def test_what_cannot_be_written_names_the_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"figures\.json"):
        write_json(tmp_path / "file" / "figures.json", {})
