"""Connectors of published checkpoints: what is computed with them, and that no key is lost."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import save_file

from tests.trainers.models.conftest import TINY_CLIP, TINY_OPT, TINY_SAM, tiny
from tests.trainers.weights.original import build, draw, sam
from tests.trainers.weights.test_loading import saved
from trainers.errors import WeightsError
from trainers.weights.loading import check_pretrained, load_pretrained

SAM_TOWER = {"kind": "sam_vitdet", "config": TINY_SAM, "downsample": [24, 32]}
CLIP_TOWER = {"kind": "clip", "config": {**TINY_CLIP, "image_size": 16}, "layer": -2}
FEATURES = torch.randn(2, 4, 32, generator=torch.Generator().manual_seed(1))


def written(tensors, folder):
    path = folder / "weights.safetensors"
    save_file({name: one.contiguous() for name, one in tensors.items()}, path)
    return path


def recipe_of(path, kind="linear", towers=None, config=None):
    return tiny(
        towers=towers or {"vary": SAM_TOWER},
        connector={"kind": kind, "pretrained": str(path), "config": config or {}},
        language={"kind": "opt", "config": TINY_OPT},
    )


def linear(name, rows=32):
    return draw({f"{name}.weight": (rows, 32), f"{name}.bias": (rows,)}, seed=len(name))


def loaded(recipe):
    model = build(recipe)
    report = load_pretrained(model, recipe)
    (part,) = report.parts
    assert part.part == "connector"
    return model.connector, part


ONE = {
    "Vary-tiny": (
        "model.mm_projector",
        {**sam("model.vision_tower."), **draw({"model.decoder.x": (2,), "lm_head.weight": (2,)})},
    ),
    "GOT": (
        "model.mm_projector_vary",
        {**sam("model.vision_tower_high."), **draw({"model.layers.0.x": (2,)})},
    ),
    "GOT, transformers' names": (
        "model.multi_modal_projector.multimodal_projector",
        draw({
            "model.multi_modal_projector.conv_upsampler1.weight": (2,),
            "model.vision_tower.x": (2,), "model.language_model.x": (2,), "lm_head.weight": (2,),
        }),
    ),
    "Vary-tiny-600k": (
        "opt_proj", {**sam("visual_encoder."), **draw({"opt_model.model.decoder.x": (2,)})}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE)
def test_a_linear_connector(name, tmp_path):
    own, others = ONE[name]
    layer = linear(own)
    path = written({**layer, **others}, tmp_path)
    connector, part = loaded(recipe_of(path))
    assert part.source == name
    wanted = FEATURES @ layer[f"{own}.weight"].T + layer[f"{own}.bias"]
    torch.testing.assert_close(connector([FEATURES]), wanted)
    dropped = {key for keys in part.dropped.values() for key in keys}
    assert dropped == set(others)
    assert set(part.loaded) == {"project.weight", "project.bias"}


@pytest.mark.parametrize("root", ["transformer", "model"])
def test_varys_two_layers_go_to_their_towers(root, tmp_path):
    """Wei et al. (2023): CLIP's features through `mm_projector`, SAM's beside them."""
    clip, vary = linear(f"{root}.mm_projector", 16), linear(f"{root}.mm_projector_vary", 16)
    others = {**sam(f"{root}.vision_tower_high."), **draw({f"{root}.vision_tower.x": (2,)})}
    path = written({**clip, **vary, **others}, tmp_path)
    recipe = recipe_of(path, "channel_concat", {"clip": CLIP_TOWER, "vary": SAM_TOWER})
    connector, _ = loaded(recipe)
    other = FEATURES.flip(0)
    wanted = torch.cat(
        [
            FEATURES @ clip[f"{root}.mm_projector.weight"].T + clip[f"{root}.mm_projector.bias"],
            other @ vary[f"{root}.mm_projector_vary.weight"].T
            + vary[f"{root}.mm_projector_vary.bias"],
        ],
        dim=-1,
    )
    torch.testing.assert_close(connector([FEATURES, other]), wanted)
    swapped = recipe_of(path, "channel_concat", {"vary": SAM_TOWER, "clip": CLIP_TOWER})
    with pytest.raises(WeightsError, match=r"connector: .* has none of the known names"):
        check_pretrained(build(swapped), swapped)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("model.mm_projector.0", "model.mm_projector.2"),
        ("multi_modal_projector.linear_1", "multi_modal_projector.linear_2"),
        ("model.multi_modal_projector.linear_1", "model.multi_modal_projector.linear_2"),
    ],
)
def test_llavas_perceptron(first, second, tmp_path):
    layers = {**linear(first), **linear(second)}
    connector, part = loaded(recipe_of(written(layers, tmp_path), "mlp"))
    hidden = torch.nn.functional.gelu(
        FEATURES @ layers[f"{first}.weight"].T + layers[f"{first}.bias"]
    )
    wanted = hidden @ layers[f"{second}.weight"].T + layers[f"{second}.bias"]
    torch.testing.assert_close(connector([FEATURES]), wanted, rtol=1e-4, atol=1e-4)
    assert part.source.startswith("LLaVA")


def test_a_run_by_its_checkpoint_and_by_its_folder(tmp_path):
    from tests.trainers.loop import runs

    donor, path = saved(tmp_path / "run" / "checkpoints")
    for named in (path, tmp_path / "run"):
        made = runs.recipe(model__connector={"kind": "linear", "pretrained": str(named)})
        model = runs.parts(made).model
        assert torch.equal(model.connector.project.weight, donor.model.connector.project.weight)
        plain = runs.parts(runs.recipe()).model
        assert torch.equal(
            model.towers["vary"].downsample[0].weight, plain.towers["vary"].downsample[0].weight
        )


@pytest.mark.parametrize(
    ("tensors", "told"),
    [
        (linear("model.mm_projector", 48), "has shape (48, 32), the model's project.weight"),
        ({"model.mm_projector.weight": torch.zeros(32, 32)}, "it lacks project.bias"),
        (
            {**linear("model.mm_projector"), **linear("model.mm_projector_vary")},
            "no place for model.mm_projector_vary.bias, model.mm_projector_vary.weight",
        ),
        ({**linear("model.mm_projector"), "strange": torch.zeros(2)}, "no place for strange"),
        (linear("nothing.known"), "has none of the known names"),
    ],
)
def test_what_does_not_fit_names_the_keys(tensors, told, tmp_path):
    recipe = recipe_of(written(tensors, tmp_path))
    with pytest.raises(WeightsError) as caught:
        check_pretrained(build(recipe), recipe)
    assert told in str(caught.value)


def test_half_of_a_pair_is_missing(tmp_path):
    path = written(linear("model.mm_projector_vary", 16), tmp_path)
    recipe = recipe_of(path, "channel_concat", {"clip": CLIP_TOWER, "vary": SAM_TOWER})
    with pytest.raises(WeightsError, match=r"lacks project\.0\.bias, project\.0\.weight"):
        check_pretrained(build(recipe), recipe)
