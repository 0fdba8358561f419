"""A mixture of digits and a recipe as files, for what is called from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.dataengine.mixture.synthetic_sets import mixture_of, tiny, write_dataset
from tests.dataengine.mixture.test_making import make
from tests.trainers.digits import SIDE_PX, DigitSource
from tests.trainers.loop.runs import recipe

TOKENS = 192


def write_mixture(folder: Path, count: int = 40) -> Path:
    """Write a dataset of pictures of digits and a mixture of it; return the mixture's folder."""
    source = DigitSource(count)
    samples = [
        tiny(number, text=text, image=source.example(number).image, width=SIDE_PX, height=SIDE_PX)
        for number, text in enumerate(source.texts)
    ]
    datasets = {"digits": write_dataset(folder / "digits", {"all": samples})}
    make(folder / "mix", mixture_of(datasets, {"read": {"dataset": "digits", "count": count}}))
    return folder / "mix"


def write_recipe(path: Path, **changes: object) -> Path:
    """Write a tiny recipe with room for the mixture's questions; return its path."""
    config = {**recipe().model.language.config, "max_position_embeddings": TOKENS}
    made = recipe(
        model__language__config=config, data__max_tokens=TOKENS, data__buckets=[TOKENS],
        run__held_out=0, **changes,
    )  # fmt: skip
    path.write_text(json.dumps(made.model_dump(mode="json", exclude_none=True)), encoding="utf-8")
    return path
