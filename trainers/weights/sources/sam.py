"""SAM's image encoder: Kirillov et al., "Segment Anything" (2023), in both spellings.

The original repository's files (`sam_vit_b_01ec64.pth`) say `image_encoder.blocks.0.norm1`,
transformers' folders (`facebook/sam-vit-base`) say `vision_encoder.layers.0.layer_norm1`. The
convolutions that Vary puts behind (`net_2`, `net_3`) are in neither.
"""

from __future__ import annotations

from trainers.weights.names import Drop, Renames, Source

HEAD = "SAM's prompts and masks, which a vision tower has no use for"
ENCODER = "encoder.vision_encoder."
"""Where transformers' encoder stands in our tower."""
DOWNSAMPLE = ("downsample.*",)
"""What plain SAM lacks; Vary trains it from random values."""

_LAYER = ("attn.qkv", "attn.proj", "attn.rel_pos_h", "attn.rel_pos_w", "mlp.lin1", "mlp.lin2")
_TRANSFORMERS = (
    "pos_embed",
    "patch_embed.projection",
    *(f"layers.{{}}.{name}" for name in ("layer_norm1", "layer_norm2", *_LAYER)),
    *(f"neck.{name}" for name in ("conv1", "layer_norm1", "conv2", "layer_norm2")),
)
_ORIGINAL = (
    "pos_embed",
    "patch_embed.proj",
    *(f"blocks.{{}}.{name}" for name in ("norm1", "norm2", *_LAYER)),
    *(f"neck.{number}" for number in range(4)),
)

ORIGINAL: Renames = (
    *((their, (ENCODER + our,)) for their, our in zip(_ORIGINAL, _TRANSFORMERS, strict=True)),
    ("net_2", ("downsample.0",)),
    ("net_3", ("downsample.1",)),
)
"""As the original repository and all that copy it name them."""
TRANSFORMERS: Renames = tuple((name, (ENCODER + name,)) for name in _TRANSFORMERS)

FILE = Source(
    name="SAM, original names",
    marker="image_encoder.patch_embed.proj.weight",
    prefix="image_encoder.",
    renames=ORIGINAL,
    dropped=(Drop("mask_decoder.*", HEAD), Drop("prompt_encoder.*", HEAD)),
    fresh=DOWNSAMPLE,
)
BARE = Source(
    name="SAM's encoder alone, original names",
    marker="patch_embed.proj.weight",
    renames=ORIGINAL,
    fresh=DOWNSAMPLE,
)
FOLDER = Source(
    name="SAM, transformers' names",
    marker="vision_encoder.patch_embed.projection.weight",
    renames=(
        *((f"vision_encoder.{name}", (ENCODER + name,)) for name in _TRANSFORMERS),
        ("downsample.{}", ("downsample.{}",)),  # from the file beside, as `export` writes it
    ),
    dropped=(
        Drop("mask_decoder.*", HEAD),
        Drop("prompt_encoder.*", HEAD),
        Drop("shared_image_embedding.*", HEAD),
    ),
    fresh=DOWNSAMPLE,
)
