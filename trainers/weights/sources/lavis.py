"""Vary-tiny-600k, made with LAVIS: `lavis/models/varytiny_models/vary_opt.py`.

A checkpoint is `{"model": …, "optimizer": …, "config": …}`; SAM stands under `visual_encoder`, OPT
under `opt_model`, the connector is `opt_proj`.
"""

from __future__ import annotations

from trainers.weights.names import Drop, Source
from trainers.weights.sources.sam import ORIGINAL
from trainers.weights.sources.vary import CONNECTOR, LANGUAGE, TOWER

SAM = Source(
    name="Vary-tiny-600k",
    marker="visual_encoder.patch_embed.proj.weight",
    prefix="visual_encoder.",
    renames=ORIGINAL,
    dropped=(Drop("opt_model.*", LANGUAGE), Drop("opt_proj.*", CONNECTOR)),
)
OPT = Source(
    name="Vary-tiny-600k",
    marker="opt_model.model.decoder.embed_positions.weight",
    prefix="opt_model.",
    dropped=(Drop("visual_encoder.*", TOWER), Drop("opt_proj.*", CONNECTOR)),
)
PROJECTOR = Source(
    name="Vary-tiny-600k",
    marker="opt_proj.weight",
    renames=(("opt_proj", ("project",)),),
    dropped=(Drop("visual_encoder.*", TOWER), Drop("opt_model.*", LANGUAGE)),
)
