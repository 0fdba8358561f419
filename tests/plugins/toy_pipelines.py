"""Two small pipelines for the engine's tests, found as any installed package's would be.

`toy_found` reads `.toy` files, one unit per line. A line is a text to draw, or an order:
`!reject CODE`, `!error`, `!crash`, `!exit`, `!hang` (in C, deaf to Python), `!sleep`, `!memory`,
`!write PATH`, `!crash-once FOLDER` (the folder remembers), `!tool` (a missing module),
`!beside NAME` (draws the text of another file, said in a conversation).
`toy_drawn` draws samples from the rng and rejects a share of its draws; `toy_batched` does so for
several units at a time. `toy_material` draws lines that it harvested from `.toy` files.
"""

from __future__ import annotations

import ctypes
import dataclasses
import os
import re
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from dataengine.errors import ToolMissing
from dataengine.fingerprint import sketch
from dataengine.imaging import Encoding, encode_image, pixel_hash, preview_jpeg
from dataengine.material import Piece, Refusal
from dataengine.pipeline import Context, Item, Pipeline, Probe, Renderer, Requirements, Unit
from dataengine.sample import Outcome, Regions, Rejection, Sample, Turn
from dataengine.settings import Settings

SIDE_PX = 24


class ToyOptions(Settings):
    """Options that show in the pixels."""

    shade: int = 200
    side_px: int = SIDE_PX
    delay_s: float = 0.0
    encoding: Encoding = Encoding()


class DrawnOptions(ToyOptions):
    """Options of the generated kind."""

    rejected: float = 0.25


def draw(text: str, options: ToyOptions, rng: np.random.Generator) -> Sample:
    """Return a sample whose picture depends on the rng and whose target is the text."""
    noise = rng.integers(0, 40, (options.side_px, options.side_px, 3), dtype=np.uint8)
    pixels = np.full_like(noise, options.shade) + noise
    words = text.split()
    boxes = np.array([[at % 20, 2, at % 20 + 3, 5] for at in range(len(words))], np.int32)
    return Sample(
        image=encode_image(pixels, options.encoding),
        image_format=options.encoding.format,
        width=options.side_px,
        height=options.side_px,
        pixel_hash=pixel_hash(pixels),
        kind="toy",
        language="zh" if re.search(r"[\u4e00-\u9fff]", text) else "en",
        targets={"text": text},
        source={"corpus": "toy", "item": "toy", "licence": "CC0-1.0"},
        proof={"words": len(words), "share": 0.5},
        regions=Regions(["word"] * len(words), boxes.reshape(-1, 4), words),
        fingerprint=sketch(text),
        seconds={"raster": 0.001},
    )


class _Found(Renderer):
    def __init__(self, options: ToyOptions, context: Context) -> None:
        self._options = options
        self._context = context

    def probe(self, item: Item, data: bytes) -> Probe:
        if data.startswith(b"!probe-hang"):
            _spin()
        if not data.strip():
            return Probe(0, "empty", f"{item.name} has no line; write one")
        return Probe(len(data.splitlines()))

    def render(self, unit: Unit, rng: np.random.Generator) -> Outcome:
        assert unit.item is not None
        line = self._context.read(unit.item).decode().splitlines()[unit.number]
        if self._options.delay_s:
            time.sleep(self._options.delay_s)
        if line.startswith("!"):
            order, _, argument = line[1:].partition(" ")
            if order == "beside":
                return self._beside(unit.item, argument, rng)
            return ORDERS[order](argument)
        source = {
            "corpus": unit.item.corpus,
            "item": unit.item.name,
            "licence": unit.item.licence,
            "page": unit.number + 1,
        }
        return dataclasses.replace(draw(line, self._options, rng), source=source)

    def _beside(self, item: Item, name: str, rng: np.random.Generator) -> Outcome:
        data = self._context.beside(item, name)
        if data is None:
            return Rejection("nothing-beside", f"{name} is not there")
        turns = (Turn("user", "What is written?"), Turn("assistant", data.decode()))
        return dataclasses.replace(draw(data.decode(), self._options, rng), turns=turns)


def _spin() -> None:
    buffer = ctypes.create_string_buffer(1 << 26)
    while True:  # each call holds the interpreter lock and hears no Python signal handler
        ctypes.PyDLL(None).memset(buffer, 1, len(buffer))


def _raise(argument: str) -> Outcome:
    raise ZeroDivisionError(argument or "as ordered")


def _crash(_: str) -> Outcome:
    os.kill(os.getpid(), signal.SIGSEGV)
    return Rejection("unreachable", "")


def _exit(_: str) -> Outcome:
    os._exit(3)


def _hang(_: str) -> Outcome:
    _spin()
    return Rejection("unreachable", "")


def _sleep(_: str) -> Outcome:
    time.sleep(3600)
    return Rejection("unreachable", "")


def _nap(_: str) -> Outcome:
    time.sleep(0.05)
    return Rejection("slept", "")


def _memory(_: str) -> Outcome:
    hoard = []
    while True:
        hoard.append(bytearray(1 << 24))


def _write(path: str) -> Outcome:
    with open(path, "wb") as stream:
        stream.write(b"escaped")
    return Rejection("wrote", path)


def _crash_once(folder: str) -> Outcome:
    try:
        os.mkdir(folder)
    except FileExistsError:
        return Rejection("second-time", "fine")
    return _crash("")


def _tool(_: str) -> Outcome:
    raise ModuleNotFoundError("no module named 'toy_ink'")


ORDERS = {
    "reject": lambda code: Rejection(code, f"ordered {code}", preview=preview_jpeg(_GREY)),
    "error": _raise,
    "crash": _crash,
    "exit": _exit,
    "hang": _hang,
    "sleep": _sleep,
    "nap": _nap,
    "memory": _memory,
    "write": _write,
    "crash-once": _crash_once,
    "tool": _tool,
}
_GREY = np.full((30, 20), 128, np.uint8)


class _ToyPipeline(Pipeline):
    version = 1
    kind = "toy"

    def requirements(self, options: Settings) -> Requirements:
        doubt = os.environ.get("TOY_DOUBT", "")
        doubts = (doubt,) if doubt else ()
        return Requirements({"toy": os.environ.get("TOY_VERSION", "1")}, doubts=doubts)


class Found(_ToyPipeline):
    """Units that lie in files."""

    name = "toy_found"
    summary = "lines of toy files"
    promise = "found"
    suffixes = (".toy",)
    unit_noun = "line"
    Options = ToyOptions
    reasons = {"empty": "the file has no line", "ordered": "the line asked for it"}

    def open(self, options: Settings, context: Context) -> Renderer:
        assert isinstance(options, ToyOptions)
        return _Found(options, context)


class _Drawn(Renderer):
    def __init__(self, options: DrawnOptions) -> None:
        self._options = options

    def render(self, unit: Unit, rng: np.random.Generator) -> Outcome:
        if rng.random() < self._options.rejected:
            return Rejection("unlucky", "the draw was bad")
        words = rng.integers(0, 10**6, 12)
        return draw(" ".join(f"w{word:06d}" for word in words), self._options, rng)


class Drawn(_ToyPipeline):
    """Units that are drawn."""

    name = "toy_drawn"
    summary = "random words"
    promise = "generated"
    unit_noun = "drawing"
    Options = DrawnOptions
    reasons = {"unlucky": "the draw was bad"}

    def by_template(self, options: Settings) -> Mapping[str, Settings]:
        return {
            name: options.model_copy(update={"shade": shade, "side_px": shade})
            for name, shade in {"dark": 40, "light": 80, "white": 120}.items()
        }

    def open(self, options: Settings, context: Context) -> Renderer:
        assert isinstance(options, DrawnOptions)
        return _Drawn(options)


class BatchedOptions(DrawnOptions):
    """Options of the kind that renders several units at a time."""

    orders: dict[str, str] = {}
    """Index of a unit -> what it does: a key of `ORDERS`, or "stop": end the batch before it."""
    together: bool = True
    """Whether a batch is made as a whole before its first outcome is yielded."""


class _Batched(_Drawn):
    def __init__(self, options: BatchedOptions) -> None:
        super().__init__(options)
        self.orders = options.orders
        self.together = options.together
        self.batch = int(os.environ.get("TOY_BATCH", "1"))

    def render(self, unit: Unit, rng: np.random.Generator) -> Outcome:
        if self._options.delay_s:
            time.sleep(self._options.delay_s)
        order = self.orders.get(str(unit.index), "stop")
        if order != "stop":
            return ORDERS[order]("")
        return super().render(unit, rng)

    def render_many(self, units: Sequence[tuple[Unit, np.random.Generator]]) -> Iterator[Outcome]:
        blocks = {unit.index // self.batch for unit, _ in units}
        assert len(blocks) == 1, "a batch crosses a block"
        assert 1 < len(units) <= self.batch
        stops = [at for at, (unit, _) in enumerate(units) if str(unit.index) in self.orders]
        if stops and self.orders[str(units[stops[0]][0].index)] == "stop":
            units = units[: stops[0]]
        outcomes = (self.render(unit, rng) for unit, rng in units)
        yield from list(outcomes) if self.together else outcomes


class Batched(Drawn):
    """Units that are drawn, several at a time."""

    name = "toy_batched"
    Options = BatchedOptions

    def open(self, options: Settings, context: Context) -> Renderer:
        assert isinstance(options, BatchedOptions)
        return _Batched(options)


class MaterialOptions(DrawnOptions):
    """Options of the kind that draws lines of files; `shortest` matters while harvesting."""

    shortest: int = 0


class _Gathered(_Drawn):
    """A line is `GROUP: TEXT`, `? REASON DETAIL`, `< NAME` (include a file) or an order."""

    def __init__(self, options: MaterialOptions, context: Context) -> None:
        super().__init__(options)
        self._shortest = options.shortest
        self._context = context

    def probe(self, item: Item, data: bytes) -> Probe:
        if data.startswith(b"% part"):
            return Probe(0, "included", "it belongs to another file")
        return Probe(1)

    def harvest(self, item: Item, data: bytes) -> Iterator[Piece | Refusal]:
        for number, line in enumerate(data.decode().splitlines(), 1):
            place = f"{item.name}:{number}"
            if line == "<bad":
                for name in ("\ud800", "x" * 10**6, "", "\0"):
                    assert self._context.beside(item, name) is None
            elif line.startswith("<"):
                more = self._context.beside(item, line[1:].strip())
                if more is None:
                    yield Refusal("line", "no-file", line[1:].strip(), place)
                else:
                    yield from self.harvest(item, more)
            elif line.startswith("!many"):
                for step in range(int(line.split()[1])):
                    text = f"{place} {step} " + "lorem ipsum " * 50
                    yield Piece(f"many/{step % 3}", text, {"text": text})
            elif line.startswith("!raw"):
                yield Piece("raw", line, {"value": RAW[line.split()[1]]})
            elif line.startswith("!"):
                order, _, argument = line[1:].partition(" ")
                ORDERS[order](argument)
            elif line.startswith("?"):
                reason, _, detail = line[1:].strip().partition(" ")
                yield Refusal("line", reason, detail, place)
            elif ": " in line and len(line) >= self._shortest:
                group, _, text = line.partition(": ")
                yield Piece(group, text, {"text": text, "place": place})

    def render(self, unit: Unit, rng: np.random.Generator) -> Outcome:
        material = self._context.material
        assert material is not None
        group = sorted(material.groups)[int(rng.integers(len(material.groups)))]
        count = int(rng.integers(1, min(4, material.groups[group]) + 1))
        start = int(rng.integers(material.groups[group] - count + 1))
        rows = material.read(group, start, count)
        noise = " ".join(f"w{word:06d}" for word in rng.integers(0, 10**6, 30))
        sample = draw(" ".join(row.body["text"] for row in rows) + noise, self._options, rng)
        works = [
            {"corpus": row.corpus, "item": row.item, "licence": row.licence, "url": row.url}
            for row in rows
        ]
        fields = {name: getattr(sample, name) for name in Sample.__dataclass_fields__}
        return Sample(**{**fields, "source": {"works": works}})


class Gathered(_ToyPipeline):
    """Units that are drawn from harvested lines."""

    name = "toy_material"
    summary = "lines of many files"
    promise = "generated"
    suffixes = (".toy",)
    material = True
    material_options = ("shortest",)
    unit_noun = "drawing"
    Options = MaterialOptions
    reasons = {"included": "the file belongs to another one"}

    def prepare(self, options: Settings) -> None:
        if os.environ.get("TOY_INK") == "missing":
            raise ToolMissing("install toy-ink")

    def open(self, options: Settings, context: Context) -> Renderer:
        assert isinstance(options, MaterialOptions)
        return _Gathered(options, context)


RAW: dict[str, Any] = {
    "nan": float("nan"),
    "surrogate": "\ud800",
    "set": {1},
    "huge": "x" * (1 << 20),
    "fine": {"nested": [1, None, "\u0000 \\ud800"]},
}

FOUND = Found()
DRAWN = Drawn()
BATCHED = Batched()
GATHERED = Gathered()
