"""Two small pipelines for the engine's tests, found as any installed package's would be.

`toy_found` reads `.toy` files, one unit per line. A line is a text to draw, or an order:
`!reject CODE`, `!error`, `!crash`, `!exit`, `!hang` (in C, deaf to Python), `!sleep`, `!memory`,
`!write PATH`, `!crash-once FOLDER` (the folder remembers), `!tool` (a missing module).
`toy_drawn` draws samples from the rng and rejects a share of its draws.
"""

from __future__ import annotations

import ctypes
import os
import re
import signal
import time

import numpy as np

from dataengine.fingerprint import sketch
from dataengine.imaging import Encoding, encode_image, pixel_hash, preview_jpeg
from dataengine.pipeline import Context, Item, Pipeline, Probe, Renderer, Requirements, Unit
from dataengine.sample import Outcome, Regions, Rejection, Sample
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
            return ORDERS[order](argument)
        sample = draw(line, self._options, rng)
        return Sample(
            **{
                **{name: getattr(sample, name) for name in Sample.__dataclass_fields__},
                "source": {
                    "corpus": unit.item.corpus,
                    "item": unit.item.name,
                    "licence": unit.item.licence,
                    "page": unit.number + 1,
                },
            }
        )


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
        return Requirements({"toy": os.environ.get("TOY_VERSION", "1")})


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

    def open(self, options: Settings, context: Context) -> Renderer:
        assert isinstance(options, DrawnOptions)
        return _Drawn(options)


FOUND = Found()
DRAWN = Drawn()
