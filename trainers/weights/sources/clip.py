"""CLIP's vision transformer, as transformers names it.

Radford et al. (2021). Folders of the whole CLIP, and of the vision model by older versions, say
`vision_model.embeddings…`; since version 5 the vision model alone says `embeddings…`.
"""

from __future__ import annotations

from trainers.weights.names import Drop, Source

TEXT = "CLIP's text model and what joins the two"
COUNTED = "counted, not learned"

WHOLE = Source(
    name="CLIP",
    marker="vision_model.embeddings.class_embedding",
    prefix="vision_model.",
    add="encoder.",
    dropped=(
        Drop("vision_model.embeddings.position_ids", COUNTED),
        Drop("text_model.*", TEXT),
        Drop("text_projection.weight", TEXT),
        Drop("visual_projection.weight", TEXT),
        Drop("logit_scale", TEXT),
    ),
)
ALONE = Source(
    name="CLIP's vision model",
    marker="embeddings.class_embedding",
    add="encoder.",
    dropped=(Drop("embeddings.position_ids", COUNTED),),
)
