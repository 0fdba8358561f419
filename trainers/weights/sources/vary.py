"""Vary's and GOT's checkpoints: whole models, with the towers among the language model's own keys.

Wei et al., "Vary" (2023): `vary/model/vary_opt.py` (Vary-tiny: `model.vision_tower` is SAM),
`vary/model/vary_qwen_vary.py` (Vary-base and Vary-toy: `transformer.vision_tower` is CLIP,
`transformer.vision_tower_high` is SAM). Wei et al., "General OCR Theory" (2024): Qwen2 with
`model.vision_tower_high`. The encoder that users cut out of a trained Vary-tiny is found under
`model.vision_tower_2` in some files.
"""

from __future__ import annotations

from trainers.weights.names import Drop, Source
from trainers.weights.sources.sam import ORIGINAL, TRANSFORMERS

LANGUAGE = "the language model; name the file in language.pretrained to load it"
TOWER = "another tower; name the file in that tower's pretrained to load it"
CONNECTOR = "the connector; name the file in connector.pretrained to load it"

OPT = (Drop("model.decoder.*", LANGUAGE), Drop("lm_head.weight", LANGUAGE))
LLAMA = (
    Drop("model.layers.*", LANGUAGE),
    Drop("model.embed_tokens.weight", LANGUAGE),
    Drop("model.norm.weight", LANGUAGE),
    Drop("lm_head.weight", LANGUAGE),
)
QWEN = (
    Drop("transformer.h.*", LANGUAGE),
    Drop("transformer.wte.weight", LANGUAGE),
    Drop("transformer.ln_f.weight", LANGUAGE),
    Drop("lm_head.weight", LANGUAGE),
)
ROOTS = ("model", "transformer")
TOWERS = tuple(
    Drop(f"{root}.{name}.*", TOWER)
    for root in ROOTS
    for name in ("vision_tower", "vision_tower_high", "vision_tower_2")
)
VISION = (
    *TOWERS,
    *(
        Drop(f"{root}.{name}.*", CONNECTOR)
        for root in ROOTS
        for name in ("mm_projector", "mm_projector_vary")
    ),
)
"""What stands beside the language model in a whole checkpoint."""


def composed_language(root: str) -> tuple[Drop, ...]:
    """Return what is the language model's in a composed model of transformers."""
    return (Drop(f"{root}language_model.*", LANGUAGE), Drop("lm_head.weight", LANGUAGE))


def _sam(name: str, prefix: str, language: tuple[Drop, ...]) -> Source:
    return Source(
        name=name,
        marker=f"{prefix}patch_embed.proj.weight",
        prefix=prefix,
        renames=ORIGINAL,
        dropped=(*language, *_beside(prefix)),
    )


def _clip(name: str, prefix: str, language: tuple[Drop, ...]) -> Source:
    return Source(
        name=name,
        marker=f"{prefix}embeddings.class_embedding",
        prefix=prefix,
        add="encoder.",
        dropped=(
            Drop(f"{prefix}embeddings.position_ids", "counted, not learned"),
            *language,
            *_beside(prefix),
        ),
    )


def _beside(prefix: str) -> tuple[Drop, ...]:
    """Everything visual but the tower itself, whose keys must all be known."""
    return tuple(one for one in VISION if not prefix.startswith(one.glob.removesuffix("*")))


SAM = (
    _sam("Vary-tiny", "model.vision_tower.", OPT),
    _sam("Vary with Qwen, or Vary-toy", "transformer.vision_tower_high.", QWEN),
    _sam("Vary with Vicuna, or GOT", "model.vision_tower_high.", LLAMA),
    _sam("Vary's encoder, cut out", "model.vision_tower_2.", (*OPT, *LLAMA)),
)
CLIP = (
    _clip("Vary with Qwen, or Vary-toy", "transformer.vision_tower.vision_model.", QWEN),
    _clip("Vary with Vicuna", "model.vision_tower.vision_model.", LLAMA),
)


def _got(root: str) -> Source:
    prefix = f"{root}vision_tower."
    return Source(
        name="GOT, transformers' names",
        marker=f"{prefix}patch_embed.projection.weight",
        renames=(
            *((prefix + their, ours) for their, ours in TRANSFORMERS),
            (f"{root}multi_modal_projector.conv_upsampler1", ("downsample.0",)),
            (f"{root}multi_modal_projector.conv_upsampler2", ("downsample.1",)),
        ),
        dropped=(
            Drop(f"{root}multi_modal_projector.multimodal_projector.*", CONNECTOR),
            *composed_language(root),
        ),
    )


GOT = (_got("model."), _got(""))
"""`GotOcr2ForConditionalGeneration`; older folders lack the `model.` in front."""


def _got_projector(root: str) -> Source:
    own = f"{root}multi_modal_projector."
    return Source(
        name="GOT, transformers' names",
        marker=f"{own}multimodal_projector.weight",
        renames=((f"{own}multimodal_projector", ("project",)),),
        dropped=(
            Drop(f"{own}conv_upsampler1.weight", TOWER),
            Drop(f"{own}conv_upsampler2.weight", TOWER),
            Drop(f"{root}vision_tower.*", TOWER),
            *composed_language(root),
        ),
    )


PROJECTORS = (
    Source(
        name="Vary-tiny",
        marker="model.mm_projector.weight",
        renames=(("model.mm_projector", ("project",)),),
        dropped=(*OPT, *TOWERS),
    ),
    Source(
        name="GOT",
        marker="model.mm_projector_vary.weight",
        renames=(("model.mm_projector_vary", ("project",)),),
        dropped=(*LLAMA, *TOWERS),
    ),
    _got_projector("model."),
    _got_projector(""),
)
"""Connectors of one tower. GOT's `mm_projector_vary` stands alone: it has no CLIP."""

PAIRS = tuple(
    Source(
        name=name,
        marker=f"{root}.mm_projector_vary.weight",
        renames=(
            (f"{root}.mm_projector", ("project.0",)),
            (f"{root}.mm_projector_vary", ("project.1",)),
        ),
        dropped=(*language, *TOWERS),
    )
    for root, name, language in (
        ("transformer", "Vary with Qwen, or Vary-toy", QWEN),
        ("model", "Vary with Vicuna", LLAMA),
    )
)
"""Connectors of CLIP and SAM: `torch.cat((CLIP's, SAM's), dim=-1)` in `vary_qwen_vary.py`."""
