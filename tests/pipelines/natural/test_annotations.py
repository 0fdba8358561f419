"""Annotation files beside pictures: found by name, used only for the picture that they mean."""

from __future__ import annotations

import pytest
from PIL import Image

from dataengine.pipeline import Item
from pipelines.natural.annotations import Annotator, spdx
from pipelines.natural.decoding import decode
from pipelines.natural.options import Options, Photo
from tests.pipelines.natural.photos import clouds, coco, encoded, rejection, sample

PHOTO = encoded(clouds())


@pytest.mark.parametrize(
    ("licence", "name"),
    [
        ("http://creativecommons.org/licenses/by-nc-sa/2.0/", "CC-BY-NC-SA-2.0"),
        ("http://creativecommons.org/licenses/by/2.0/", "CC-BY-2.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("http://flickr.com/commons/usage/", "http://flickr.com/commons/usage/"),
        ("", ""),
    ],
)
def test_licences_are_named_as_spdx_does(licence, name):
    assert spdx(licence) == name


def test_captions_objects_licence_and_url_reach_the_sample():
    files = {
        "captions.json": coco(captions=["A tree."], flickr_url="http://farm/1.jpg"),
        "instances.json": coco([[10, 20, 30.5, 40]]),
    }
    made = sample(PHOTO, beside=files)
    assert made.targets["captions"] == ["A tree."]
    assert made.targets["objects"] == [{"name": "tree", "bbox": [10, 20, 41, 60]}]
    assert made.regions.boxes.tolist() == [[10, 20, 41, 60]]
    assert (list(made.regions.levels), list(made.regions.texts)) == (["object"], ["tree"])
    assert made.source["licence"] == "CC-BY-NC-SA-2.0"
    assert made.source["url"] == "http://farm/1.jpg"
    assert set(made.source["annotations"]) == set(files)


@pytest.mark.parametrize(
    ("item", "name"),
    [
        (Item("c", "train2017/photo.jpg"), "annotations/captions_train2017.json"),
        (Item("c", "val2017.zip", "val2017/photo.jpg"), "captions_val2017.json"),
        (Item("c", "val2017.zip", "photo.jpg"), "annotations/captions_val2017.json"),
        (Item("c", "photo.jpg"), "captions.json"),
    ],
)
def test_the_usual_names_are_tried(item, name):
    files = {name: coco(captions=["Found."])}
    annotator = Annotator(Options(), lambda _, asked: files.get(asked))
    known = annotator.look_up(item, decode(PHOTO, Photo(), metadata="strip"))
    assert known.captions == ["Found."]
    assert list(known.files) == [name]


def test_a_file_is_read_once_for_all_pictures_of_a_folder():
    asked = []

    def beside(item: Item, name: str) -> bytes | None:
        asked.append(name)
        return coco(captions=["x"]) if name == "captions.json" else None

    annotator = Annotator(Options(), beside)
    photo = decode(PHOTO, Photo(), metadata="strip")
    for number in range(5):
        annotator.look_up(Item("c", f"a/{number}.jpg"), photo)
    assert asked.count("captions.json") == 1
    assert len(asked) == len(set(asked))


def test_words_about_a_picture_of_another_size_are_not_used():
    files = {"captions.json": coco(captions=["Another."], width=640, height=480)}
    made = sample(PHOTO, beside=files)
    assert "captions" not in made.targets
    assert made.source["licence"] == "CC0-1.0"
    assert "640 x 480" in made.proof["annotations"]["notes"][0]


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(clouds(), exif=exif)


def test_boxes_are_turned_where_the_file_speaks_of_the_picture_as_it_was_stored():
    files = {"instances.json": coco([[0, 0, 32, 24]])}
    assert sample(turned(6), beside=files).targets["objects"][0]["bbox"] == [216, 0, 240, 32]
    upright = {"instances.json": coco([[0, 0, 32, 24]], width=240, height=320)}
    assert sample(turned(6), beside=upright).targets["objects"][0]["bbox"] == [0, 0, 32, 24]


def test_boxes_that_can_be_meant_in_two_ways_are_left_out():
    files = {"instances.json": coco([[0, 0, 32, 24]]), "captions.json": coco(captions=["Yes."])}
    made = sample(turned(3), beside=files)
    assert "objects" not in made.targets
    assert made.targets["captions"] == ["Yes."]
    assert "turning" in made.proof["annotations"]["notes"][0]


def test_a_crop_drops_and_names_what_it_cuts():
    boxes = [[0, 0, 30, 240], [30, 0, 40, 240], [100, 50, 50, 50]]
    made = sample(PHOTO, {"fit": "crop", "size": 240}, {"instances.json": coco(boxes)})
    assert [one["bbox"] for one in made.targets["objects"]] == [[0, 0, 30, 240], [60, 50, 110, 100]]
    assert made.proof["objects"] == {"dropped": ["tree"], "cut": [0]}


def test_captions_of_the_whole_picture_are_not_used_for_a_crop():
    files = {"captions.json": coco(captions=["A tree at the left."])}
    made = sample(PHOTO, {"fit": "crop", "size": 240}, files)
    assert "captions" not in made.targets
    assert "cut away" in made.proof["annotations"]["notes"][0]
    square = {"captions.json": coco(captions=["A tree."], width=240)}
    assert sample(encoded(clouds(0, 240, 240)), {"fit": "crop"}, square).targets["captions"]


def test_a_broken_annotation_file_is_not_passed_over():
    found = rejection(PHOTO, beside={"captions.json": b"{"})
    assert found.reason == "broken-annotations"
    assert "captions.json" in found.detail
    assert sample(PHOTO, {"captions": []}, {"captions.json": b"{"})


def test_pictures_without_the_annotations_that_are_asked_for_are_refused():
    assert rejection(PHOTO, {"require": ["captions"]}).reason == "no-annotations"
    assert sample(PHOTO, {"require": ["captions"]}, {"captions.json": coco(captions=["x"])})
