"""Draws options in a persistent headless Chromium, behind the same interface as the engine.

For what needs a browser (word clouds, WebGL), and the reference that the engine is compared with.
"""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
from fontTools.ttLib import TTFont
from PIL import Image, ImageColor

from pipelines.charts.echarts.browser import Browser
from pipelines.charts.echarts.closing import Closing
from pipelines.charts.echarts.isolate import library_source, script
from pipelines.charts.echarts.recording import ChartFault, DrawnText, Recording, Shapes, bounds
from pipelines.charts.fonts import Face, FontSet, lacks

DRAW_S = 20.0
_EMPTY = Shapes(
    np.zeros(0, np.int32),
    np.zeros((0, 4), np.float32),
    np.zeros((0, 4), np.float32),
    np.zeros((0, 3), np.uint8),
    np.zeros(0, np.float32),
    np.zeros(0, np.uint8),
    np.zeros(0, np.bool_),
)
_BROWSER_KINDS = re.compile(
    r"""["']?type["']?\s*:\s*["'](?:wordCloud|liquidFill|\w{1,30}(?:3D|GL))["']"""
    r"""|["'](?:grid3D|geo3D|mapbox3D|globe)["']\s*:"""
)


def needs_browser(option_text: str) -> bool:
    """Return whether an option has parts that only a browser draws: word clouds, WebGL."""
    return _BROWSER_KINDS.search(option_text) is not None


class ChromiumEngine(Closing):
    """Draws charts one after another in one tab; see `Engine` for the arguments.

    Its recordings have no shapes, and its texts are those of one canvas: of layered pictures
    (word clouds, WebGL) there are none.
    """

    def __init__(self, scripts: Sequence[str] = (), seconds: float = DRAW_S) -> None:
        """Prepare; `scripts` are sources of plug-ins that are loaded after ECharts."""
        self._scripts = tuple(scripts)
        self._seconds = seconds
        self._browser: Browser | None = None
        self._faces: set[str] = set()
        self._themes: dict[str, str] = {}

    def start(self) -> None:
        """Start the browser and load ECharts, unless that is done; raises `ToolMissing`."""
        if self._browser is None:
            self._browser = Browser()
            self._load(self._browser)

    def draw(
        self,
        option_text: str,
        width: int,
        height: int,
        font_set: FontSet,
        *,
        background: str = "#ffffff",
        theme: str | None = None,
        readback: str = "",
        trusted: bool = False,
    ) -> Recording:
        """Draw one chart; arguments and errors as for `Engine.draw`."""
        self.start()
        browser = self._browser
        assert browser is not None
        layered = needs_browser(option_text)
        settings = {
            "width": width,
            "height": height,
            "background": background,
            "theme": theme,
            "families": self._add_fonts(browser, font_set),
            "layered": layered,
        }
        arguments = ",".join(json.dumps(part) for part in (settings, option_text, readback))
        try:
            browser.resize(width, height)
            answer = orjson.loads(browser.evaluate(f"page.draw({arguments})", self._seconds))
            picture = browser.screenshot() if layered else answer["picture"]
            pixels = _pixels(picture, width, height)
            texts = _texts(answer["texts"], width, height, font_set)
        except ChartFault as error:
            if error.reason == "error":
                self._renew(browser)
            else:
                self.close()
            raise
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, OSError) as error:
            self.close()
            raise ChartFault("error", f"the page broke the drawing: {error}") from error
        if not trusted and not _is_json(option_text):
            self._renew(browser)
        return Recording(pixels, texts, _EMPTY, answer["answer"])

    def register_theme(self, name: str, theme: str) -> None:
        """Make a theme known by its JSON text."""
        self._themes[name] = theme
        if self._browser is not None:
            self._browser.evaluate(_theme_call(name, theme))

    def close(self) -> None:
        """End the browser; the next chart starts another."""
        if self._browser is not None:
            self._browser.close()
            self._browser = None

    def _renew(self, browser: Browser) -> None:
        """Start over with an empty page; end a browser that does not even do that."""
        try:
            browser.reset()
            self._load(browser)
        except ChartFault:
            self.close()

    def _load(self, browser: Browser) -> None:
        self._faces = set()
        for source in (library_source(), *self._scripts, script("browser.js")):
            browser.evaluate(f"{source}\n;0")
        browser.evaluate("globalThis.page = page;0")
        for name, theme in self._themes.items():
            browser.evaluate(_theme_call(name, theme))

    def _add_fonts(self, browser: Browser, font_set: FontSet) -> str:
        """Make a set's faces known to the page; return its families as CSS."""
        names = [f"{font_set.name}-{number}" for number in range(len(font_set.regular))]
        for name, regular, bold in zip(names, font_set.regular, font_set.bold, strict=True):
            if name in self._faces:
                continue
            # Without a bold face the browser thickens the regular one by itself.
            weights = [("400", regular)] if bold.embolden else [("400", regular), ("700", bold)]
            for weight, face in weights:
                data = base64.b64encode(_single_font(face)).decode()
                browser.evaluate(f'page.addFace("{name}", "{weight}", "{data}")', 60.0)
            self._faces.add(name)
        return ", ".join(f'"{name}"' for name in names)


def _theme_call(name: str, theme: str) -> str:
    return f"echarts.registerTheme({json.dumps(name)}, JSON.parse({json.dumps(theme)}));0"


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _single_font(face: Face) -> bytes:
    """Return a face as a font file of its own: browsers read only the first of a collection."""
    if face.path.suffix.lower() != ".ttc":
        return face.path.read_bytes()
    out = io.BytesIO()
    options: dict[str, Any] = {"recalcBBoxes": False, "recalcTimestamp": False, "lazy": True}
    with TTFont(face.path, fontNumber=face.index, **options) as font:
        font.save(out, reorderTables=None)
    return out.getvalue()


def _pixels(picture: str, width: int, height: int) -> Any:
    with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
        pixels = np.ascontiguousarray(image.convert("RGB"))
    if pixels.shape != (height, width, 3):
        raise ChartFault("error", f"the browser's picture is {pixels.shape[1]} px wide")
    return pixels


def _texts(
    rows: list[dict[str, Any]], width: int, height: int, font_set: FontSet
) -> list[DrawnText]:
    texts: list[DrawnText] = []
    for order, row in enumerate(rows):
        one, two, three, four = ((float(x), float(y)) for x, y in row["corners"])
        corners = (one, two, three, four)
        box = bounds(corners)
        red, green, blue, *opacity = ImageColor.getrgb(row["colour"])
        text = DrawnText(
            row["string"],
            box,
            corners,
            row["angle"],
            row["size"],
            row["bold"],
            (red, green, blue),
            row["alpha"] * (opacity[0] / 255 if opacity else 1.0),
            order,
            lacks(font_set, row["string"], row["bold"]),
            box[0] < 0 or box[1] < 0 or box[2] > width or box[3] > height,
        )
        twin = bool(texts) and (texts[-1].string, texts[-1].box) == (text.string, text.box)
        if not twin:
            texts.append(text)
        elif not row["stroked"]:
            texts[-1] = text
    return texts
