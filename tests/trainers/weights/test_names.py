"""Key maps: read both ways, nothing swallowed, nothing guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trainers.weights.original import VIT_B, sam_shapes
from trainers.weights.names import Drop, Source, arrange, recognise, rename, theirs
from trainers.weights.sources import qwen1, sam

KEYS = sorted(sam_shapes(VIT_B))


def test_every_original_name_has_one_of_ours_and_comes_back():
    ours = [rename(sam.BARE, key) for key in KEYS]
    assert all(len(names) == 1 for names in ours)
    assert len({names[0] for names in ours}) == len(KEYS)
    assert [theirs(sam.ORIGINAL, names[0]) for names in ours] == KEYS


@pytest.mark.parametrize(
    ("theirs_", "ours"),
    [
        ("blocks.11.norm2.bias", "encoder.vision_encoder.layers.11.layer_norm2.bias"),
        ("blocks.0.attn.rel_pos_w", "encoder.vision_encoder.layers.0.attn.rel_pos_w"),
        ("neck.1.weight", "encoder.vision_encoder.neck.layer_norm1.weight"),
        ("neck.2.weight", "encoder.vision_encoder.neck.conv2.weight"),
        ("net_3.weight", "downsample.1.weight"),
    ],
)
def test_names_are_translated(theirs_, ours):
    assert rename(sam.BARE, theirs_) == [ours]


@pytest.mark.parametrize(
    "key",
    ["blocks.0.norm3.bias", "blocks.x.norm1.bias", "blocks.0.norm1.bias.more", "xpos_embed", "",
     "blocks.٣.norm1.bias", "blocks." + "9" * 400 + ".norm1.bias", "blocks.0.norm1.bias\n"],
)  # fmt: skip
def test_what_is_no_name_of_theirs_becomes_nothing(key):
    assert rename(sam.BARE, key) == []


def test_one_tensor_can_become_several():
    names = rename(qwen1.SOURCE, "transformer.h.3.attn.c_attn.bias")
    assert names == [f"model.layers.3.self_attn.{one}_proj.bias" for one in "qkv"]


keys = st.sets(st.sampled_from([*KEYS, "mask_decoder.x", "other", "blocks.0.norm3.bias", "é.\n"]))


@given(keys, st.booleans())
def test_every_key_is_in_exactly_one_place(found, prefixed):
    prefix = "image_encoder." if prefixed else ""
    source = sam.FILE if prefixed else sam.BARE
    ours = {name for key in KEYS for name in rename(sam.BARE, key)}
    named = {key if key == "mask_decoder.x" else prefix + key for key in found}
    made = arrange(source, named, ours)
    placed = [origin.key for origin in made.targets.values()]
    dropped = [key for keys in made.dropped.values() for key in keys]
    assert sorted([*placed, *dropped, *made.unknown]) == sorted(named)


def test_no_key_becomes_what_another_has_become():
    source = Source("two", "a", renames=(("a", ("x",)), ("b", ("x",))), dropped=(Drop("c", "no"),))
    made = arrange(source, ["a", "b", "c"], {"x"})
    assert made.targets.keys() == {"x"}
    assert made.unknown == ["b"]
    assert made.dropped == {"no": ["c"]}


def test_a_part_beyond_the_model_is_unknown():
    made = arrange(sam.BARE, ["blocks.12.norm1.bias"], {"encoder.vision_encoder.pos_embed"})
    assert made.unknown == ["blocks.12.norm1.bias"]


def test_families_are_told_apart_by_their_markers():
    assert recognise([sam.FILE, sam.BARE], ["image_encoder.patch_embed.proj.weight"]) is sam.FILE
    assert recognise([sam.FILE, sam.BARE], ["patch_embed.proj.weight"]) is sam.BARE
    assert recognise([sam.FILE, sam.BARE], ["patch_embed.weight"]) is None
