"""The whole step: truth kept, every picture accounted for, the same bytes every time."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from dataengine.degrade.applying import warp_of
from dataengine.degrade.degrader import Degrader, Outcome, replay
from dataengine.degrade.fields import grey
from dataengine.degrade.profiles import get_profile, profile_names
from dataengine.degrade.settings import Degradation
from dataengine.fonts import caption_font
from dataengine.imaging import decode_pixels
from tests.dataengine.degrade.pages import page_row, row_of, stored


def degrader(profile: str = "photo", strength: float = 0.6, seed: int = 1, **more) -> Degrader:
    settings = {"share": 1, "strength": (strength, strength), "profiles": {"*": {profile: 1}}}
    return Degrader(Degradation.model_validate({**settings, **more}), seed, "test")


def worn(outcome: Outcome):
    assert outcome.worn is not None, outcome
    return outcome.worn


@pytest.mark.parametrize("profile", profile_names())
def test_every_profile_wears_a_page_and_says_how(profile: str) -> None:
    row = page_row()
    copy = worn(degrader(profile).outcome(row))
    with Image.open(io.BytesIO(copy.image)) as image:
        assert image.size == (copy.width, copy.height)
        assert (image.format or "").lower() == copy.image_format
    assert copy.image != row["image"]["bytes"]
    assert [one["text"] for one in copy.regions] == [one["text"] for one in row["regions"]]
    assert json.loads(json.dumps(copy.applied)) == list(copy.applied)
    assert copy.applied[0]["profile"] == profile
    for region in copy.regions:
        x0, y0, x1, y1 = region["bbox"]
        assert 0 <= x0 < x1 <= copy.width
        assert 0 <= y0 < y1 <= copy.height


@pytest.mark.parametrize("profile", ["photo", "scan", "fax", "paper"])
def test_dots_at_the_corners_of_regions_are_found_where_the_boxes_say(profile: str) -> None:
    """Through all effects: the centre of each dot is within 1.5 px of its box's centre."""
    pixels = np.full((500, 380), 250, np.uint8)
    regions = []
    for y in range(60, 460, 80):
        for x in range(50, 350, 90):
            pixels[y : y + 8, x : x + 8] = 15
            regions.append({"level": "dot", "bbox": [x, y, x + 8, y + 8], "text": "dot"})
    row = row_of(pixels, regions)
    for seed in range(6):
        copy = worn(degrader(profile, 0.5, seed).outcome(row))
        page = 255.0 - grey(decode_pixels(copy.image))
        for region in copy.regions:
            x0, y0, x1, y1 = region["bbox"]
            around = page[y0 - 6 : y1 + 6, x0 - 6 : x1 + 6]
            dark = np.clip(around - (around.min() + around.max()) / 2, 0, None)
            rows, columns = np.mgrid[: dark.shape[0], : dark.shape[1]]
            centre_x = ((columns + 0.5) * dark).sum() / dark.sum() + x0 - 6
            centre_y = ((rows + 0.5) * dark).sum() / dark.sum() + y0 - 6
            assert abs(centre_x - (x0 + x1) / 2) < 1.5
            assert abs(centre_y - (y0 + y1) / 2) < 1.5


@pytest.mark.parametrize("profile", profile_names())
def test_ink_survives_in_every_region(profile: str) -> None:
    for seed in range(4):
        copy = worn(degrader(profile, 1.0, seed).outcome(page_row()))
        said = copy.applied[0]
        assert said["regions"] > 5
        assert said["similarity"] >= 0.6
        assert said["contrast"] >= 1
        assert said["lost_px"] <= 2


def test_the_same_row_gives_the_same_bytes_in_any_order_and_with_any_threads() -> None:
    rows = [page_row(name=f"page-1-{number:09d}") for number in range(4)]
    first = {row["id"]: degrader().outcome(row).worn.image for row in rows}
    again = degrader()
    cv2.setNumThreads(4)
    second = {row["id"]: again.outcome(row).worn.image for row in reversed(rows)}
    cv2.setNumThreads(1)
    assert first == second
    assert len(set(first.values())) == 4


def test_another_process_gives_the_same_bytes() -> None:
    script = (
        "import sys; from tests.dataengine.degrade.test_degrader import *\n"
        "sys.stdout.buffer.write(worn(degrader().outcome(page_row())).image)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert run.stdout == worn(degrader().outcome(page_row())).image


def test_seed_name_and_id_each_change_the_draw() -> None:
    row = page_row()
    settings = degrader().settings
    images = [
        worn(Degrader(settings, seed, name).outcome({**row, "id": id_})).image
        for seed, name, id_ in [(1, "a", "x"), (2, "a", "x"), (1, "b", "x"), (1, "a", "y")]
    ]
    assert len(set(images)) == 4


@pytest.mark.parametrize("profile", profile_names())
def test_what_was_applied_makes_the_picture_again(profile: str) -> None:
    row = page_row(colour=True)
    copy = worn(degrader(profile, 0.8).outcome(row))
    again = replay(row, json.loads(json.dumps(copy.applied)))
    assert again.image == copy.image
    assert list(again.regions) == list(copy.regions)


def test_the_stored_row_is_left_as_it_is() -> None:
    row = page_row()
    before = json.dumps({**row, "image": row["image"]["bytes"].hex()})
    worn(degrader().outcome(row))
    assert json.dumps({**row, "image": row["image"]["bytes"].hex()}) == before


def test_the_share_that_is_worn_is_the_share_asked_for() -> None:
    half = degrader(share=0.5)
    small = page_row((64, 64))
    rows = [{**small, "id": f"page-1-{number:09d}"} for number in range(300)]
    reasons = [half.outcome(row).reason for row in rows]
    assert 100 < reasons.count("not-drawn") < 200
    assert degrader(share=0)(page_row()) is None


def test_kinds_have_profiles_of_their_own() -> None:
    usual = Degrader(Degradation(share=1), 3)
    rows = [page_row((200, 120), kind="chart", name=f"c-1-{n:09d}") for n in range(30)]
    drawn = {usual.outcome(row).profile for row in rows}
    assert drawn <= {"colour_scan", "photo", "jpeg"}
    assert len(drawn) > 1
    only = Degrader(Degradation(share=1, profiles={"page": {"fax": 1}}), 3)
    assert only.outcome(rows[0]).reason == "no-profile"
    assert only.outcome(page_row()).profile == "fax"


def test_profiles_of_charts_and_photographs_keep_colours() -> None:
    for kind in ("chart", "natural"):
        for name in Degradation().weights_for(kind):
            assert not get_profile(name).loses_colour


def test_effects_can_be_switched_off_without_changing_the_others() -> None:
    row = page_row()
    every = worn(degrader("photo").outcome(row)).applied[1:]
    fewer = worn(degrader("photo", effects={"noise": False, "tilt": False}).outcome(row)).applied[
        1:
    ]
    assert {one["name"] for one in every} - {one["name"] for one in fewer} <= {"noise", "tilt"}
    assert [one for one in every if one["name"] not in ("noise", "tilt")] == list(fewer)


def test_small_text_is_never_made_smaller() -> None:
    """A page that lies a little askew may shrink by a fiftieth; else it stays flat."""
    row = page_row((420, 300), text_px=9)
    boxes = np.array([one["bbox"] for one in row["regions"]], np.int32)
    flat = 0
    for seed in range(8):
        copy = worn(degrader("photo", 0.8, seed, min_text_px=14).outcome(row))
        warp = warp_of((420, 300), copy.applied[1:])
        assert warp is None or warp.scales(boxes).min() >= 0.98
        flat += copy.applied[0]["refused"].count("small-text") == 2
    assert flat > 4


def test_what_cannot_be_made_legible_is_left_clean_and_says_so() -> None:
    outcome = degrader("photo", 1.0, min_legibility=0.9999).outcome(page_row())
    assert outcome.worn is None
    assert outcome.reason == "illegible"
    assert outcome.refused == ("illegible",) * 3


def test_pale_text_is_not_lost_to_black_and_white() -> None:
    """Grey on white: as a fax it would vanish, so that it is worn more gently or left clean."""
    row = page_row(ink=236, paper=255)
    for seed in range(4):
        outcome = degrader("fax", 0.8, seed).outcome(row)
        assert outcome.worn is None or outcome.worn.applied[0]["contrast"] >= 1


def test_a_black_page_stays_black_with_white_text() -> None:
    for profile in ("scan", "photo", "copy", "fax"):
        outcome = degrader(profile, 0.8).outcome(page_row(ink=245, paper=12))
        if outcome.worn is not None:
            assert outcome.worn.applied[0]["contrast"] >= 1


def test_pictures_do_not_grow_beyond_the_stored_size_or_the_limit() -> None:
    row = page_row()
    for seed in range(5):
        copy = worn(degrader("photo", 0.8, seed).outcome(row))
        assert max(copy.width, copy.height) <= 560
        smaller = worn(degrader("photo", 0.8, seed, max_edge_px=480, min_text_px=0).outcome(row))
        assert max(smaller.width, smaller.height) <= 560  # 480, unless it had to stay flat
    with pytest.raises(ValueError, match="max_edge_px"):
        Degradation(max_edge_px=3)


HOSTILE_IMAGES = {
    "one pixel": (Image.new("L", (1, 1)), "size"),
    "a line": (Image.new("RGB", (5000, 1)), "size"),
    "a strip": (Image.new("L", (16_001, 40)), "size"),
    "a long strip": (Image.new("L", (4000, 33), 200), ""),
    "grey": (Image.new("L", (90, 70), 128), ""),
    "transparent": (Image.new("RGBA", (90, 70), (0, 0, 0, 0)), ""),
    "palette": (Image.new("P", (90, 70)), ""),
    "black or white": (Image.new("1", (90, 70)), ""),
    "grey with alpha": (Image.new("LA", (90, 70)), ""),
}


@pytest.mark.parametrize("name", HOSTILE_IMAGES)
def test_hostile_pictures_are_worn_or_left_with_a_reason(name: str) -> None:
    image, reason = HOSTILE_IMAGES[name]
    for profile in ("photo", "fax", "paper"):
        outcome = degrader(profile).outcome(stored(image))
        assert outcome.reason == reason
        assert (outcome.worn is None) == bool(reason)


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
def test_bytes_that_are_no_picture_are_left(data: bytes) -> None:
    row = {**stored(Image.new("L", (90, 70))), "image": {"bytes": data, "path": "x.png"}}
    assert degrader().outcome(row).reason == "unreadable-image"
    with pytest.raises(ValueError, match="cannot be decoded"):
        replay(row, [])


def test_a_picture_too_large_to_wear_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dataengine.degrade.degrader.MAX_PIXELS", 5000)
    assert degrader().outcome(stored(Image.new("L", (90, 70)))).reason == "size"


@pytest.mark.parametrize(
    "box",
    [
        [0, 0, 90, 70],
        [-40, -40, 10, 10],
        [500, 500, 600, 600],
        [80, 60, 10, 10],
        [5, 5, 5, 5],
        [-(2**31), -(2**31), 2**31 - 1, 2**31 - 1],
    ],
)
def test_hostile_regions_stay_regions_inside_the_picture(box: list[int]) -> None:
    image = Image.new("L", (90, 70), 255)
    ImageDraw.Draw(image).text((5, 5), "text", font=caption_font(14))
    row = row_of(np.asarray(image), [{"level": "line", "bbox": box, "text": "text"}])
    for seed in range(3):
        outcome = degrader("photo", 0.5, seed).outcome(row)
        if outcome.worn is not None and any(
            one["name"] == "canvas" for one in outcome.worn.applied
        ):
            x0, y0, x1, y1 = outcome.worn.regions[0]["bbox"]
            assert 0 <= min(x0, x1) <= max(x0, x1) <= outcome.worn.width
            assert 0 <= min(y0, y1) <= max(y0, y1) <= outcome.worn.height


def test_regions_without_text_are_moved_but_not_measured() -> None:
    row = row_of(
        np.full((100, 100), 200, np.uint8),
        [{"level": "bar", "bbox": [10, 10, 60, 60], "text": ""}],
    )
    copy = worn(degrader("photo").outcome(row))
    assert copy.applied[0]["regions"] == 0
    assert len(copy.regions) == 1
