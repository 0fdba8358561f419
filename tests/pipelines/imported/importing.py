"""Sets for tests: small pictures, files of records, and an import of them in this process."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from dataengine.corpus.listing import list_items
from dataengine.corpus.reading import ItemReader
from dataengine.pipeline import Context, Item, Unit
from dataengine.sample import Outcome, Rejection, Sample
from pipelines.imported import PIPELINE
from pipelines.imported.options import Options
from pipelines.imported.reasons import REASONS

RNG = np.random.Generator(np.random.PCG64(0))


def picture(
    number: int = 0, form: str = "JPEG", size: tuple[int, int] = (40, 24), **how: Any
) -> bytes:
    """Return a picture that no other number gives."""
    values = np.random.Generator(np.random.PCG64(number)).integers(
        0, 256, (*size[::-1], 3), np.uint8
    )
    return encoded(Image.fromarray(values), form, **how)


def encoded(image: Image.Image, form: str, **how: Any) -> bytes:
    """Return a picture as a file."""
    buffer = io.BytesIO()
    image.save(buffer, form, **how)
    return buffer.getvalue()


def write(path: Path, data: bytes | str | list[Any] | dict[str, Any]) -> Path:
    """Write bytes, a text, or data as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(data, list | dict):
        data = json.dumps(data, ensure_ascii=False)
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    return path


def import_all(
    path: Path | str, files: Sequence[Path] = (), max_mb: int = 64, **options: Any
) -> list[Outcome]:
    """Import every unit of a corpus, in listing order; what a file is refused for comes, too."""
    reader, indexing = (
        ItemReader({"set": str(path)}, max_mb, {"set": [str(one) for one in files]})
        for _ in range(2)
    )
    context = Context(reader.read, beside=reader.beside)
    renderer = PIPELINE.open(Options.model_validate(options), context)
    outcomes: list[Outcome] = []
    for item in items(path, indexing):
        probe = renderer.probe(item, indexing.read(item))
        assert probe.reason in ("", *REASONS)
        if not probe.units:
            outcomes.append(Rejection(probe.reason, probe.detail))
        outcomes += [renderer.render(Unit(n, item, n), RNG) for n in range(probe.units)]
    assert all(one.reason in REASONS for one in outcomes if isinstance(one, Rejection))
    return outcomes


def items(path: Path | str, reader: ItemReader) -> Iterable[Item]:
    """Yield the items of a corpus with their hashes."""
    for listed in list_items(str(path), PIPELINE.suffixes)[1]:
        assert not listed.reason, listed
        item = Item(
            "set", listed.path, listed.member, listed.offset, listed.size, licence="CC0-1.0"
        )
        sha256 = hashlib.sha256(reader.read_unchecked(item)).hexdigest()
        yield Item(
            "set", listed.path, listed.member, listed.offset, listed.size, sha256, licence="CC0-1.0"
        )


def samples(outcomes: Sequence[Outcome]) -> list[Sample]:
    """Return the samples; says why if there is none."""
    found = [one for one in outcomes if isinstance(one, Sample)]
    assert found, outcomes
    return found


def reasons(outcomes: Sequence[Outcome]) -> Counter[str]:
    """Count outcomes by reason; samples are "sample"."""
    return Counter(one.reason if isinstance(one, Rejection) else "sample" for one in outcomes)


def chat(image: object, *said: str, **more: object) -> dict[str, Any]:
    """Return a record as LLaVA writes it: human and gpt in turns."""
    turns = [
        {"from": "gpt" if number % 2 else "human", "value": text}
        for number, text in enumerate(said)
    ]
    return {"id": "1", "image": image, "conversations": turns, **more}
