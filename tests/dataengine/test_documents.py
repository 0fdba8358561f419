"""Places of documents are even, fixed for ever, and what parts of recipes go by."""

from __future__ import annotations

import hashlib

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.corpus.index import build_index
from dataengine.documents import document_of, named_document, place_of, within
from dataengine.errors import ConfigError, PlanError
from dataengine.harvest.build import build_material
from dataengine.job import open_plan
from dataengine.material import Material
from dataengine.plan import shard_units
from dataengine.recipe import Recipe, resolve
from dataengine.registry import get_pipeline
from dataengine.storage import Storage
from tests.conftest import words


@given(st.text())
def test_places_lie_from_0_to_below_1(document):
    assert 0 <= place_of(document) < 1


@given(st.text(), st.floats(0.01, 0.99))
def test_every_document_lies_in_one_of_two_neighbouring_intervals(document, border):
    assert within((0, border), document) != within((border, 1), document)


def test_places_are_spread_evenly():
    counts = [0] * 10
    for number in range(20_000):
        counts[int(10 * place_of(f"document {number}"))] += 1
    assert min(counts) > 1850
    assert max(counts) < 2150


def test_places_never_change():
    # Held-out sets of published datasets hang on these.
    assert place_of("sha256:" + "0" * 64) == 0.5203093042520139
    assert place_of(named_document("arxiv", "1706.03762.tar.gz")) == 0.17022349370431877


def test_a_document_is_its_bytes_then_its_picture_then_its_name():
    assert document_of({"sha256": "ab", "corpus": "c", "item": "i"}) == "sha256:ab"
    record = {"sha256": "ab", "image_sha256": "cd"}
    assert document_of(record) == document_of({"sha256": "cd"})
    assert document_of({"sha256": "", "corpus": "c", "item": "i"}) == named_document("c", "i")
    assert document_of({}) == named_document("", "")


def found_recipe(folder, documents) -> Recipe:
    part = {
        "pipeline": "toy_found",
        "corpora": [{"path": str(folder), "name": "c"}],
        "documents": documents,
    }
    return resolve({"name": "toy", "seed": 5, "parts": {"toy_found": part}}, "test")


def planned_items(out, recipe: Recipe) -> dict[str, int]:
    storage = Storage(str(out))
    plan = open_plan(storage, recipe, workers=1)
    counts: dict[str, int] = {}
    for task in plan.tasks():
        for unit in shard_units(storage, plan, task):
            counts[unit.item.sha256] = counts.get(unit.item.sha256, 0) + 1
    return counts


def test_a_found_part_takes_every_unit_of_its_documents_and_no_other(corpus, tmp_path):
    folder = corpus({f"f{n}": words(10 * n, 1 + n % 4) for n in range(60)})
    low = planned_items(tmp_path / "low", found_recipe(folder, [0, 0.7]))
    high = planned_items(tmp_path / "high", found_recipe(folder, [0.7, 1]))
    everything = planned_items(tmp_path / "all", found_recipe(folder, None))
    assert low | high == everything
    assert not {*low} & {*high}
    assert high
    assert all(place_of(f"sha256:{sha256}") >= 0.7 for sha256 in high)


def test_a_part_without_any_document_in_its_interval_is_refused(corpus, tmp_path):
    folder = corpus({"only": words(0, 3)})
    (place,) = (
        place_of(f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}")
        for path in folder.iterdir()
    )
    elsewhere = [0, place / 2] if place > 0.01 else [0.5, 1]
    with pytest.raises(PlanError, match="documents"):
        open_plan(Storage(str(tmp_path / "out")), found_recipe(folder, elsewhere), workers=1)


def material(folder, documents):
    part = {
        "pipeline": "toy_material",
        "samples": 5,
        "corpora": [{"path": str(folder), "name": "c"}],
        "documents": documents,
    }
    recipe = resolve({"name": "toy", "parts": {"toy_material": part}}, "test")
    chosen, pipeline = recipe.parts["toy_material"], get_pipeline("toy_material")
    index = build_index("toy_material", chosen, pipeline, limits=recipe.limits, workers=1)
    return build_material(
        "toy_material", chosen, pipeline, index=index.path, limits=recipe.limits, workers=1
    )


def rows_of(report) -> dict[str, str]:
    """Return the text of each piece -> the work that it comes from."""
    found = Material(report.path)
    return {
        row.body["text"]: row.item
        for group, count in found.groups.items()
        for row in found.read(group, 0, count)
    }


def test_material_holds_the_pieces_of_its_documents_and_each_piece_is_on_one_side(corpus):
    # The same line stands in several works: it belongs to the first, on that one's side alone.
    files = {f"w{n:02d}": [f"a: own {n}", f"a: shared {n % 7}"] for n in range(40)}
    folder = corpus(files)
    low, high, everything = (material(folder, one) for one in ([0, 0.6], [0.6, 1], None))
    assert rows_of(low) | rows_of(high) == rows_of(everything)
    assert not {*rows_of(low)} & {*rows_of(high)}
    assert rows_of(high)
    assert all(place_of(named_document("c", item)) >= 0.6 for item in rows_of(high).values())
    assert low.works + high.works == everything.works
    duplicates = [one.facts["duplicates"] for one in (low, high, everything)]
    assert duplicates[0] + duplicates[1] == duplicates[2] == 40 - 7


def test_material_of_all_documents_is_cached_as_before(corpus):
    folder = corpus({"w": ["a: one", "b: two"]})
    assert material(folder, None).path == material(folder, None).path
    assert pq.read_metadata(material(folder, [0, 1]).path).num_rows == 2


@pytest.mark.parametrize("documents", [[0.5, 0.5], [-0.1, 1], [0, 1.1], [0.9, 0.1]])
def test_an_interval_that_is_none_is_refused(documents, tmp_path):
    with pytest.raises(ConfigError, match="documents"):
        found_recipe(tmp_path, documents)


def test_kinds_that_no_document_stands_behind_take_no_interval():
    part = {"pipeline": "toy_drawn", "samples": 5, "documents": [0, 0.5]}
    with pytest.raises(ConfigError, match="draws from no documents"):
        resolve({"name": "toy", "parts": {"toy_drawn": part}}, "test")


def test_recipes_without_documents_keep_their_hash(tmp_path):
    assert "documents" not in found_recipe(tmp_path, None).content()["parts"]["toy_found"]
    assert "documents" in found_recipe(tmp_path, [0, 0.5]).content()["parts"]["toy_found"]
