"""Pictures of examples as they go into an export."""

from __future__ import annotations

import io

from PIL import Image

from dataengine.errors import ShardError
from dataengine.views.example import Example

_SUFFIXES = {"jpeg": "jpg"}


def picture(example: Example, images: str) -> tuple[bytes, str]:
    """Return a picture's bytes and the ending of its file name.

    Args:
        images: "stored", or "png" to turn WebP into PNG of the same pixels. JPEG stays as it is:
            as PNG it would be larger and no truer.

    Raises:
        ShardError: it cannot be decoded.
    """
    if images == "png" and example.image_format == "webp":
        buffer = io.BytesIO()
        try:
            with Image.open(io.BytesIO(example.image)) as opened:
                opened.save(buffer, "PNG")
        except (OSError, ValueError) as error:
            raise ShardError(
                f"the picture of {example.sample} is no whole WebP ({error}); run `dataengine "
                "validate` on its dataset"
            ) from error
        return buffer.getvalue(), "png"
    return example.image, _SUFFIXES.get(example.image_format, example.image_format)
