"""COCO files: what they say of a picture, and what becomes of records that are not in form."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataengine.json_records import NotRecords
from pipelines.natural.coco import CocoFile
from tests.pipelines.natural.photos import coco

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def made(**arrays: object) -> bytes:
    whole = json.loads(coco([[1, 2, 3, 4]], ["words"]))
    return json.dumps({**whole, **arrays}).encode()


def test_an_entry_says_what_the_file_says():
    entry = CocoFile(coco([[1.5, 2, 30, 40.25]], [" One. ", "Two."], flickr_url="http://x/y")).find(
        "train/photo.jpg"
    )
    assert entry is not None
    assert (entry.id, entry.width, entry.height) == (7, 320, 240)
    assert entry.captions == ("One.", "Two.")
    assert [(one.name, one.box) for one in entry.objects] == [("tree", (1.5, 2, 31.5, 42.25))]
    assert entry.url == "http://x/y"
    assert entry.licence.startswith("http://creativecommons.org/licenses/by-nc-sa/2.0")


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.text(min_size=1, max_size=20)), max_size=30))
def test_every_caption_reaches_its_picture_in_order(pairs):
    images = [{"id": one, "file_name": f"{one}.jpg"} for one in range(5)]
    marks = [{"image_id": at, "caption": text} for at, text in pairs]
    file = CocoFile(made(images=images, annotations=marks))
    for one in range(5):
        entry = file.find(f"{one}.jpg")
        assert entry is not None
        written = [
            text.encode("utf-8", "replace").decode().strip() for at, text in pairs if at == one
        ]
        assert list(entry.captions) == [text for text in written if text]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(plain, max_size=5), st.lists(plain, max_size=5), st.lists(plain, max_size=3))
def test_records_of_any_form_cost_themselves_only(images, marks, names):
    whole = json.loads(coco([[1, 2, 3, 4]], ["words"]))
    data = {key: [*whole[key], *odd] for key, odd in
            (("images", images), ("annotations", marks), ("categories", names))}  # fmt: skip
    entry = CocoFile(json.dumps({**whole, **data}).encode()).find("photo.jpg")
    assert entry is not None
    assert entry.captions == ("words",)
    assert len(entry.objects) == 1


@pytest.mark.parametrize(
    "box",
    ["[1,2,3]", "[1,2,0,4]", "[1,2,-3,4]", "[1,2,NaN,4]", "[1,2,Infinity,4]", '["1",2,3,4]', "null",
     "[true,2,3,4]", "[1e300,2,3,4]", "{}", "[" + "9" * 5000 + ",2,3,4]"],
)  # fmt: skip
def test_a_box_that_is_none_is_refused_and_counted(box):
    data = coco([[1, 2, 3, 4]]).replace(b"[1, 2, 3, 4]", box.encode())
    file = CocoFile(data)
    entry = file.find("photo.jpg")
    assert entry is not None
    assert entry.objects == ()
    assert file.refused["annotations"] == 1


def test_nesting_costs_its_record_only():
    deep = b'{"image_id": 7, "caption": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    data = coco([], ["words"]).replace(b'"annotations": [', b'"annotations": [' + deep + b", ")
    file = CocoFile(data)
    entry = file.find("photo.jpg")
    assert entry is not None
    assert entry.captions == ("words",)
    assert file.refused["annotations"] == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b"null", b'{"images": 3}', b'{"images": [', b'{"images": []}', b"<svg/>",
     b"\0" * 100, b"[" * 100_000],
)  # fmt: skip
def test_other_files_are_no_annotations(data):
    with pytest.raises(NotRecords):
        CocoFile(data)


def test_a_name_that_two_pictures_bear_finds_neither():
    images = [{"id": one, "file_name": "photo.jpg"} for one in (1, 2)]
    assert CocoFile(made(images=images)).find("photo.jpg") is None


def test_the_longest_path_decides():
    images = [{"id": 1, "file_name": "a/x.jpg"}, {"id": 2, "file_name": "x.jpg"}]
    file = CocoFile(made(images=images))
    assert [file.find(name).id for name in ("a/x.jpg", "z.zip!a/x.jpg", "b/x.jpg")] == [1, 1, 2]


def test_a_number_for_a_name_is_the_id():
    file = CocoFile(made(images=[{"id": 790, "file_name": "COCO_train2014_000000000790.jpg"}]))
    assert file.find("000000000790.jpg").id == 790
    assert file.find("000000000791.jpg") is None
    assert file.find("x790.jpg") is None


def test_outlines_do_not_stay_whatever_their_form():
    whole = json.loads(coco())
    marks = [
        {"image_id": 7, "category_id": 5, "bbox": [1, 1, 9, 9], "segmentation": outline}
        for outline in ([[1, 2.5, -3e2]], [], {"counts": [1, 2, 3], "size": [3, 4]},
                        {"counts": "aGb", "size": [3, 4]}, [[[]]])
    ]  # fmt: skip
    marks.append({"segmentation": [[1]], "image_id": 7, "caption": '"segmentation": [1], "x'})
    entry = CocoFile(json.dumps({**whole, "annotations": marks}).encode()).find("photo.jpg")
    assert entry is not None
    assert len(entry.objects) == 5
    assert entry.captions == ('"segmentation": [1], "x',)
