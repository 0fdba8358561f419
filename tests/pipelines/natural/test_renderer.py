"""A photograph becomes a sample: its caption, its bytes, its size, and nothing that was guessed."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dataengine.imaging import decode_pixels, pixel_hash
from pipelines.natural import PIPELINE
from pipelines.natural.captions import CAPTIONS
from tests.pipelines.natural.photos import clouds, encoded, rejection, render, sample

PHOTO = encoded(clouds())


def test_the_english_captions_are_varys_word_for_word():
    assert CAPTIONS["en"] == (
        "It's an image of nature",
        "Here's a nature picture",
        "It's a nature photo",
        "This is a natural image",
        "That's a shot from nature",
    )
    assert len(set(CAPTIONS["zh"])) >= 5


def test_captions_are_drawn_evenly_by_the_weights_of_their_languages():
    options = {"languages": {"en": 3, "zh": 1}}
    small = encoded(clouds(0, 128, 96))
    made = [sample(small, options, index=index) for index in range(200)]
    drawn = Counter(one.targets["caption"] for one in made)
    assert set(drawn) == {*CAPTIONS["en"], *CAPTIONS["zh"]}
    assert 0.65 < sum(drawn[one] for one in CAPTIONS["en"]) / 200 < 0.85
    assert all(one.targets["caption"] in CAPTIONS[one.language] for one in made)


def test_one_language_alone_can_be_asked_for():
    assert {sample(PHOTO, {"languages": {"zh": 1}}, index=at).language for at in range(20)} == {
        "zh"
    }


@given(st.integers(0, 2**40), st.sampled_from(["keep", "squash", "pad", "crop"]))
@settings(max_examples=8, deadline=None)
def test_a_unit_is_a_pure_function_of_its_index(index, fit):
    options = {"fit": fit, "size": 200}
    first, again = (sample(PHOTO, options, index=index) for _ in range(2))
    assert first.image == again.image
    assert first.targets == again.targets
    assert json.dumps(first.source) == json.dumps(again.source)
    assert first.fingerprint == again.fingerprint


def test_an_untouched_photograph_is_stored_byte_for_byte():
    for form in ("JPEG", "PNG", "WEBP"):
        data = encoded(clouds(), form)
        made = sample(data)
        assert made.image == data
        assert made.image_format == form.lower()
        assert made.pixel_hash == pixel_hash(decode_pixels(data))
        assert (made.width, made.height) == (320, 240)
        assert made.source["geometry"]["scale"] == [1.0, 1.0]


def test_metadata_goes_by_default_and_stays_by_option():
    exif = Image.Exif()
    exif[0x010F] = "secret"
    data = encoded(clouds(), exif=exif)
    made = sample(data)
    assert b"secret" not in made.image
    assert made.proof["stored"]["removed"] == ["Exif"]
    assert made.pixel_hash == sample(PHOTO).pixel_hash
    assert sample(data, {"image": {"metadata": "keep"}}).image == data


@pytest.mark.parametrize("form", ["png", "webp"])
@pytest.mark.parametrize("fit", ["keep", "squash", "pad", "crop"])
def test_an_encoded_picture_has_the_pixels_that_its_hash_says(form, fit):
    made = sample(PHOTO, {"image": {"format": form}, "fit": fit, "size": 150})
    pixels = decode_pixels(made.image)
    assert pixels.shape == (made.height, made.width, 3)
    assert made.pixel_hash == pixel_hash(pixels)
    assert made.source["geometry"]["fit"] == fit
    assert made.source["geometry"]["original"] == [320, 240]


def test_a_changed_picture_is_a_jpeg_and_says_so():
    made = sample(PHOTO, {"size": 200})
    assert (made.width, made.height, made.image_format) == (200, 150, "jpeg")
    assert made.proof["stored"] == {
        "as": "encoded as jpeg", "colour_profile": "none", "quality": 90,
    }  # fmt: skip


def test_nothing_is_said_without_annotations():
    made = sample(PHOTO)
    assert set(made.targets) == {"caption"}
    assert len(made.regions) == 0
    assert made.turns == ()


def test_a_refused_picture_is_shown():
    found = rejection(encoded(Image.new("RGB", (300, 200), "teal")))
    assert found.reason == "blank"
    assert decode_pixels(found.preview).shape == (200, 300, 3)
    assert found.source["item"] == "photo.jpg"


def test_a_cut_out_is_refused():
    picture = clouds().copy()
    picture.putalpha(Image.fromarray(np.tri(240, 320, dtype=np.uint8) * 255))
    assert rejection(encoded(picture, "PNG")).reason == "transparent"


def test_versions_of_decoders_belong_to_the_plan():
    versions = PIPELINE.requirements(PIPELINE.Options()).versions
    assert {"pillow", "numpy", "libjpeg", "libwebp", "zlib"} <= set(versions)


def test_options_refuse_what_cannot_be():
    for wrong in ({"languages": {}}, {"languages": {"de": 1}}, {"fit": "flip"}, {"size": 0}):
        with pytest.raises(ValueError, match=r"\w"):
            PIPELINE.Options.model_validate(wrong)
    assert render(PHOTO, {"languages": {"en": 1, "zh": 0}})
