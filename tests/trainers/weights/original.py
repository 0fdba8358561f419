"""Random checkpoints with the names and shapes that others give them, and what these compute."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from tests.trainers.models.conftest import TINY_OPT, TINY_SAM, tiny
from trainers.models.building import build_model
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import ModelRecipe
from trainers.tokens.ids import TokenIds

IDS = TokenIds(vocabulary=44, image=40, pad=1, end=2, begin=2, image_start=41, image_end=42)

VIT_B = {
    "dim": 768, "layers": 12, "heads": 12, "mlp": 3072, "out": 256, "grid": 64, "patch": 16,
    "window": 14, "whole": (2, 5, 8, 11), "convolutions": (512, 1024),
}  # fmt: skip
TINY = {
    "dim": 32, "layers": 2, "heads": 2, "mlp": 64, "out": 16, "grid": 8, "patch": 8,
    "window": 4, "whole": (1,), "convolutions": (24, 32),
}  # fmt: skip


def sam_shapes(size: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Return the tensors of segment-anything's `ImageEncoderViT` with Vary's `net_2`, `net_3`.

    The list is written down from Vary's `vision_encoder/sam.py`, not made from our tables.
    """
    dim, out, mlp, grid = size["dim"], size["out"], size["mlp"], size["grid"]
    shapes: dict[str, tuple[int, ...]] = {
        "pos_embed": (1, grid, grid, dim),
        "patch_embed.proj.weight": (dim, 3, size["patch"], size["patch"]),
        "patch_embed.proj.bias": (dim,),
        "neck.0.weight": (out, dim, 1, 1),
        "neck.1.weight": (out,),
        "neck.1.bias": (out,),
        "neck.2.weight": (out, out, 3, 3),
        "neck.3.weight": (out,),
        "neck.3.bias": (out,),
    }
    for number in range(size["layers"]):
        side = grid if number in size["whole"] else size["window"]
        shapes |= {
            f"blocks.{number}.{name}": shape
            for name, shape in {
                "norm1.weight": (dim,),
                "norm1.bias": (dim,),
                "attn.rel_pos_h": (2 * side - 1, dim // size["heads"]),
                "attn.rel_pos_w": (2 * side - 1, dim // size["heads"]),
                "attn.qkv.weight": (3 * dim, dim),
                "attn.qkv.bias": (3 * dim,),
                "attn.proj.weight": (dim, dim),
                "attn.proj.bias": (dim,),
                "norm2.weight": (dim,),
                "norm2.bias": (dim,),
                "mlp.lin1.weight": (mlp, dim),
                "mlp.lin1.bias": (mlp,),
                "mlp.lin2.weight": (dim, mlp),
                "mlp.lin2.bias": (dim,),
            }.items()
        }
    before = out
    for number, after in enumerate(size["convolutions"], start=2):
        shapes[f"net_{number}.weight"] = (after, before, 3, 3)
        before = after
    return shapes


def draw(shapes: dict[str, tuple[int, ...]], seed: int = 0) -> dict[str, Tensor]:
    """Return random tensors, large enough that a mistaken place changes what is computed."""
    generator = torch.Generator().manual_seed(seed)
    return {name: 0.2 * torch.randn(shape, generator=generator) for name, shape in shapes.items()}


def sam(prefix: str = "", *, convolutions: bool = True) -> dict[str, Tensor]:
    """Return a tiny encoder by the original names."""
    tensors = draw(sam_shapes(TINY))
    return {
        prefix + name: one
        for name, one in tensors.items()
        if convolutions or not name.startswith("net_")
    }


def sam_features(tensors: dict[str, Tensor], size: dict[str, Any], pixels: Tensor) -> Tensor:
    """Return what an encoder with the original names computes, (B, tokens, channels).

    Written from the papers (Kirillov et al., 2023; Li et al., "MViTv2", 2021, equation 4), so that
    a mistaken name cannot cancel out; for grids that the windows divide.
    """
    t = tensors
    patch = t["patch_embed.proj.weight"]
    x = F.conv2d(pixels, patch, t["patch_embed.proj.bias"], stride=patch.shape[2])
    x = x.permute(0, 2, 3, 1) + t["pos_embed"]
    batch, grid, _, dim = x.shape
    for number in range(size["layers"]):
        own = {
            name.removeprefix(f"blocks.{number}."): one
            for name, one in t.items()
            if name.startswith(f"blocks.{number}.")
        }
        side = grid if number in size["whole"] else size["window"]
        many = grid // side
        y = F.layer_norm(x, (dim,), own["norm1.weight"], own["norm1.bias"], 1e-6)
        y = y.reshape(batch, many, side, many, side, dim).transpose(2, 3)
        y = _attention(y.reshape(-1, side, side, dim), own, size["heads"])
        y = y.reshape(batch, many, many, side, side, dim).transpose(2, 3)
        x = x + y.reshape(batch, grid, grid, dim)
        y = F.layer_norm(x, (dim,), own["norm2.weight"], own["norm2.bias"], 1e-6)
        y = F.gelu(F.linear(y, own["mlp.lin1.weight"], own["mlp.lin1.bias"]))
        x = x + F.linear(y, own["mlp.lin2.weight"], own["mlp.lin2.bias"])
    x = x.permute(0, 3, 1, 2)
    x = _norm(F.conv2d(x, t["neck.0.weight"]), t["neck.1.weight"], t["neck.1.bias"])
    x = _norm(F.conv2d(x, t["neck.2.weight"], padding=1), t["neck.3.weight"], t["neck.3.bias"])
    for name in ("net_2.weight", "net_3.weight"):
        x = F.conv2d(x, t[name], stride=2, padding=1)
    return x.flatten(2).transpose(1, 2)


def _attention(x: Tensor, own: dict[str, Tensor], heads: int) -> Tensor:
    windows, side, _, dim = x.shape
    qkv = F.linear(x, own["attn.qkv.weight"], own["attn.qkv.bias"])
    query, key, value = qkv.reshape(windows, side * side, 3, heads, -1).permute(2, 0, 3, 1, 4)
    scores = query @ key.transpose(-2, -1) * (dim // heads) ** -0.5
    apart = torch.arange(side)[:, None] - torch.arange(side)[None] + side - 1
    square = query.reshape(windows, heads, side, side, -1)
    rows = torch.einsum("bnhwc,hkc->bnhwk", square, own["attn.rel_pos_h"][apart])
    columns = torch.einsum("bnhwc,wkc->bnhwk", square, own["attn.rel_pos_w"][apart])
    bias = rows[..., :, None] + columns[..., None, :]
    mixed = (scores + bias.reshape(scores.shape)).softmax(-1) @ value
    joined = mixed.transpose(1, 2).reshape(windows, side, side, dim)
    return F.linear(joined, own["attn.proj.weight"], own["attn.proj.bias"])


def _norm(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    moved = F.layer_norm(x.permute(0, 2, 3, 1), weight.shape, weight, bias, 1e-6)
    return moved.permute(0, 3, 1, 2)


def build(recipe: ModelRecipe | None = None, seed: int = 0) -> VisionLanguageModel:
    """Return a tiny model with random weights."""
    return build_model(recipe or tiny(), IDS, seed).eval()


def tower_recipe(pretrained: str, **changes: Any) -> ModelRecipe:
    """Return the tiny recipe whose tower is loaded; `changes` are of the tower's settings."""
    settings = {
        "kind": "sam_vitdet", "config": TINY_SAM, "downsample": [24, 32], "pretrained": pretrained,
        **changes,
    }  # fmt: skip
    return tiny(towers={"vary": settings})


def language_recipe(pretrained: str, **changes: Any) -> ModelRecipe:
    """Return the tiny recipe whose language model is loaded."""
    settings = {"kind": "opt", "config": TINY_OPT, "pretrained": pretrained, **changes}
    return tiny(language=settings)
