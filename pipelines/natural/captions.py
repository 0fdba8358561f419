"""The sentences that a negative is captioned with.

English: the five of Vary (arXiv 2312.06109, section 3.2.3), word for word, errors of grammar and
all. Chinese: written for this project to the same purpose.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["en", "zh"]

CAPTIONS: Mapping[Language, tuple[str, ...]] = {
    "en": (
        "It's an image of nature",
        "Here's a nature picture",
        "It's a nature photo",
        "This is a natural image",
        "That's a shot from nature",
    ),
    "zh": (
        "这是一张自然图像",
        "这是一幅自然场景的图片",
        "这是一张自然照片",
        "图中是自然场景",
        "这张照片拍的是自然景象",
        "这是一张实景照片",
    ),
}
