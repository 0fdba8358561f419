"""Why a photograph can be refused: code -> what it means and what to do, in the order of checks."""

from __future__ import annotations

REASONS = {
    "not-an-image": "The file is no picture, whatever its name says. Remove it from the corpus.",
    "unsupported": "A format or number of bits that is not read. Convert it to JPEG or PNG.",
    "too-many-pixels": "The header claims more pixels than photo.max_pixels (decompression bomb).",
    "animated": "The file holds several pictures: an animation, or pages. Extract one.",
    "tiny": "The shorter side has fewer pixels than photo.min_px. Nothing to do.",
    "aspect": "Longer and narrower than photo.max_aspect: a banner, a strip. Nothing to do.",
    "broken": "The picture cannot be decoded to its end. Fetch it again.",
    "truncated": "The lower part of the picture is missing: one colour to the end. Fetch it again.",
    "transparent": "More of it is transparent than photo.max_transparent: a cut-out, an icon.",
    "blank": "Next to nothing can be seen: one shade everywhere. Nothing to do.",
    "drawing": "Flat colours and hard edges: a screenshot, a chart, a drawing, a page.",
    "text-page": "Fine strokes on an even ground: text or a line drawing, photographed or scanned.",
    "broken-annotations": "The annotation file is not in COCO's form. Mend it, or name none.",
    "no-annotations": "The annotations that `require` asks for say nothing of this picture.",
}
