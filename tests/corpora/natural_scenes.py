"""Draws the landscapes of corpora/natural, which stand in for photographs; `main` writes them.

Fractal terrain, sky, clouds, water, grass and trees, then what a camera adds: haze, falling light
towards the corners, softness and noise. A label map is painted along, so that the boxes and the
sentences about a picture are what was drawn. Run: python -m tests.corpora.natural_scenes [FOLDER]
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from tests.corpora.natural_canvas import (
    COLUMNS as _X,
)
from tests.corpora.natural_canvas import (
    HEIGHT,
    LOOKS,
    WIDTH,
    Colour,
    Look,
    Plane,
    Scene,
    smooth,
)
from tests.corpora.natural_canvas import (
    ROWS as _Y,
)

QUALITY = 76
COUNT = 28
CATEGORIES = ("sky", "sun", "mountain", "hill", "lake", "sea", "beach", "meadow", "snow", "dune",
              "conifer", "tree")  # fmt: skip


def sky(scene: Scene) -> None:
    look, noise = scene.look, scene.noise
    height = np.clip(_Y / scene.horizon, 0, 1) ** 1.4
    colour = (
        np.array(look.zenith) * (1 - height[..., None]) + np.array(look.horizon) * height[..., None]
    )
    depth = 60 / (scene.horizon - np.minimum(_Y, scene.horizon - 6) + 30)
    folds = noise.fractal((_X - WIDTH / 2) / 150 * depth, depth * 3 + noise(_X / 90, _Y / 90) * 0.1)
    clouds = smooth(np.clip((folds - 0.62 + 0.3 * look.clouds) * 5, 0, 1))[..., None]
    folds = folds[..., None]
    white = np.array(look.light) * (0.72 + 0.4 * folds)
    colour = colour * (1 - 0.85 * clouds) + white * 0.85 * clouds
    scene.paint("sky", np.ones((HEIGHT, WIDTH)), colour)
    if look.sun is not None:
        x, y = WIDTH * scene.rng.uniform(0.2, 0.8), scene.horizon * (1 - look.sun)
        far = np.hypot(_X - x, _Y - y)
        glow = np.exp(-far / 90)[..., None] * np.array(look.light)
        scene.picture = scene.picture + 0.7 * glow
        scene.paint("sun", np.clip(15 - far, 0, 1), np.full((HEIGHT, WIDTH, 3), (1.1, 1.0, 0.82)))


def ridge(scene: Scene, name: str, base: float, height: float, *, haze: float, snow: float) -> None:
    """Paint a chain of mountains, hills or dunes."""
    noise, rough = scene.noise, {"mountain": 0.55, "hill": 0.38, "dune": 0.12}[name]
    x, offset = _X[0], scene.rng.uniform(0, 200)
    line = noise.fractal(x / 190 + offset, x * 0 + offset, 8, rough)
    line = base - height * (line - 0.25) * 1.8
    below = _Y - line[None, :]
    slope = noise.fractal(_X / 60 + offset, (_Y + 0.7 * below) / 45, 6, 0.62)
    gully = noise.fractal(_X / 14 + offset, below / 38, 4, 0.6)
    shade = np.clip(0.35 + 1.5 * (slope - 0.5) + 0.8 * (gully - 0.4), 0.08, 1.2)
    colours: Mapping[str, Colour] = {
        "mountain": (0.42, 0.38, 0.34), "hill": (0.24, 0.33, 0.15), "dune": (0.82, 0.62, 0.38),
    }  # fmt: skip
    if name == "dune":
        shade = 0.75 + 0.5 * (shade - 0.5) * np.clip(below / 60, 0.2, 1)
    rock = scene.lit(colours[name], shade)
    if snow:
        lies = np.clip((height * snow - below + 60 * (gully - 0.5)) / 14, 0, 1)[..., None]
        rock = rock * (1 - lies) + scene.lit((0.93, 0.95, 1.0), 0.55 + 0.5 * shade) * lies
    scene.paint(name, np.clip(below, 0, 1), scene.hazy(rock, haze))


def _ground(scene: Scene) -> tuple[Plane, Plane, Plane]:
    """Return a mask of what lies below the horizon, and coordinates on the plain."""
    below = np.maximum(_Y - scene.horizon, 0.5)
    depth = 260 / below
    return np.clip(_Y - scene.horizon, 0, 1), (_X - WIDTH / 2) / 60 * depth / 3, depth * 5


def meadow(scene: Scene, name: str) -> None:
    """Paint a plain of grass, snow, or sand in waves."""
    mask, u, v = _ground(scene)
    noise = scene.noise
    patches = noise.fractal(u, v, 6, 0.6)
    near = np.clip((_Y - scene.horizon) / (HEIGHT - scene.horizon), 0, 1)
    blades = noise.fractal(_X / 3.5, _Y / (3 + 9 * near) + patches * 3, 3, 0.7)
    colours: Mapping[str, Colour] = {
        "meadow": (0.34, 0.44, 0.14), "snow": (0.90, 0.93, 1.0), "dune": (0.82, 0.62, 0.38),
    }  # fmt: skip
    grain = {"meadow": 0.9, "snow": 0.16, "dune": 0.2}[name]
    shade = 0.5 + 0.75 * (patches - 0.35) + grain * (blades - 0.5) * (0.35 + near)
    if name == "dune":
        waves = np.sin(v * 9 + 6 * patches + u) * np.clip(near * 3, 0, 1)
        shade = shade + 0.13 * waves + 0.2
    if name == "snow":
        shade = shade + 0.3
    colour = scene.lit(colours[name], np.clip(shade, 0.06, 1.15))
    if name == "meadow":
        dry = np.clip((patches - 0.5) * 4, 0, 0.8)[..., None]
        colour = colour * (1 - dry) + scene.lit((0.58, 0.50, 0.22), np.clip(shade, 0, 1.1)) * dry
    scene.paint(
        name, mask, scene.hazy(colour, 0.35) * (1 - near[..., None]) + colour * near[..., None]
    )


def water(scene: Scene, name: str, until: float) -> None:
    """Paint water from the horizon down to a row: it mirrors what stands above, in ripples."""
    noise = scene.noise
    mask = np.clip(_Y - scene.horizon, 0, 1) * np.clip(
        until - _Y + 8 * noise(_X / 40, _Y / 9), 0, 1
    )
    below = np.maximum(_Y - scene.horizon, 0.5)
    ripples = noise.fractal(_X / 26 * (90 / (below + 40)), 420 / (below + 12), 5, 0.6) - 0.5
    strength = 10 if name == "lake" else 50
    rows = np.clip(scene.horizon - below * 0.85 + strength * ripples * below / 60, 0, HEIGHT - 1)
    columns = np.clip(_X + 0.5 * strength * ripples, 0, WIDTH - 1)
    mirrored = scene.picture[rows.astype(int), columns.astype(int)]
    own = np.array((0.05, 0.17, 0.22)) * np.array(scene.look.light)
    share = (0.62 if name == "lake" else 0.4) + 0.5 * ripples[..., None]
    glitter = np.clip(ripples - 0.16, 0, 1)[..., None] * 1.6 * np.array(scene.look.light)
    scene.paint(name, mask, mirrored * share + own * (1 - share) + glitter)


def beach(scene: Scene, start: float) -> None:
    noise = scene.noise
    line = start + 14 * noise.fractal(_X / 120, _X * 0, 3)
    grain = noise.fractal(_X / 3, _Y / 2.2, 3, 0.7) + 0.8 * noise.fractal(_X / 70, _Y / 24, 4)
    wet = np.clip((_Y - line) / 50, 0.35, 1)
    colour = scene.lit((0.86, 0.74, 0.55), np.clip((0.15 + 0.75 * grain) * wet, 0, 1.1))
    foam = np.exp(-(((_Y - line - 3) / (3 + 3 * grain)) ** 2))[..., None]
    scene.paint("beach", np.clip(_Y - line, 0, 1), colour * (1 - 0.8 * foam) + 0.75 * foam)


def conifer(scene: Scene, x: float, foot: float, height: float, haze: float) -> None:
    noise, seed = scene.noise, scene.rng.uniform(0, 100)
    down = (_Y - (foot - height)) / height  # 0 at the top, 1 at the foot
    lean = x + 3 * (noise(down * 2 + seed, down * 0) - 0.5)
    tiers = 0.55 + 0.45 * ((down * height / 13 + seed) % 1.0)
    wide = (
        0.2 * height * down * tiers * (0.65 + 0.7 * noise(_Y / 3 + seed, np.sign(_X - lean) * 5.5))
    )
    needles = noise.fractal(_X / 5 + seed, _Y / 6, 3, 0.7)
    edge = wide + 5 * (needles - 0.5) - np.abs(_X - lean)
    mask = np.clip(edge, 0, 1) * (down > 0) * (down < 0.94)
    trunk = (np.abs(_X - lean) < 0.014 * height) * (down > 0.8) * (down < 1)
    lit = 0.3 + 1.1 * (needles - 0.35) + 0.35 * (_X - lean) / (wide + 4)
    colour = scene.lit((0.12, 0.24, 0.12), np.clip(lit, 0.1, 1.1))
    scene.paint("conifer", np.maximum(mask, trunk), scene.hazy(colour, haze))


def broadleaf(scene: Scene, x: float, foot: float, height: float, haze: float) -> None:
    noise, seed = scene.noise, scene.rng.uniform(0, 100)
    crown = foot - 0.62 * height
    far = np.hypot((_X - x) / (0.36 * height), (_Y - crown) / (0.38 * height))
    leaves = noise.fractal(_X / 9 + seed, _Y / 9, 4, 0.65)
    clumps = noise.fractal(_X / (0.16 * height) + seed, _Y / (0.14 * height), 3, 0.5)
    mask = np.clip((1.05 - far + 1.1 * (clumps - 0.5) + 0.8 * (leaves - 0.5)) * 9, 0, 1)
    trunk = (np.abs(_X - x - 3 * np.sin(_Y / 30)) < 0.028 * height) * (crown < _Y) * (foot > _Y)
    bark = scene.lit((0.24, 0.18, 0.13), 0.3 + noise(_X / 2, _Y / 7))
    lit = 0.35 + 1.3 * (leaves - 0.4) + 0.9 * (clumps - 0.45) - 0.4 * (_Y - crown) / height
    colour = scene.lit((0.26, 0.38, 0.12), np.clip(lit, 0.08, 1.2))
    cover = np.clip(mask, 0, 1)[..., None]
    whole = bark * (1 - cover) + colour * cover
    scene.paint("tree", np.maximum(mask, trunk * 1.0), scene.hazy(whole, haze))


def trees(scene: Scene, plant: Callable[..., None], count: int, tallest: float) -> None:
    """Plant trees, the farthest first."""
    feet = np.sort(scene.rng.uniform(0.12, 0.9, count)) ** 1.3
    for near in feet:
        foot = scene.horizon + near * (HEIGHT - scene.horizon)
        height = tallest * (0.3 + 0.8 * near) * scene.rng.uniform(0.75, 1.15)
        plant(scene, scene.rng.uniform(20, WIDTH - 20), foot, height, 0.4 * (1 - near))


def draw(number: int) -> tuple[Image.Image, list[tuple[str, list[int]]], list[str]]:
    """Draw a landscape; returns it with its objects and two sentences."""
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(20, spawn_key=(number,))))
    place = ("lake", "meadow", "sea", "dune", "snow", "forest", "hills")[number % 7]
    look = LOOKS[tuple(LOOKS)[(number // 7 + number) % len(LOOKS)]]
    scene = Scene(rng, look, HEIGHT * rng.uniform(0.42, 0.62))
    sky(scene)
    _backdrop(scene, place)
    _foreground(scene, place)
    objects = scene.objects()
    return _photographed(scene), objects, _sentences(objects, look)


def _backdrop(scene: Scene, place: str) -> None:
    high = scene.rng.uniform(90, 170)
    snow = {"lake": 0.5, "snow": 1.1, "meadow": 0.3}.get(place, 0.0)
    if place in ("lake", "meadow", "snow"):
        ridge(scene, "mountain", scene.horizon - 10, high, haze=0.62, snow=snow)
        ridge(scene, "mountain", scene.horizon + 8, high * 0.6, haze=0.34, snow=snow * 0.5)
    if place == "dune":
        for step in range(3):
            ridge(scene, "dune", scene.horizon + 6 * step, high * (0.55 - 0.13 * step),
                  haze=0.4 - 0.15 * step, snow=0)  # fmt: skip
    if place in ("hills", "forest"):
        for step in range(3):
            ridge(scene, "hill", scene.horizon - 8 + 10 * step, high * (0.6 - 0.15 * step),
                  haze=0.6 - 0.2 * step, snow=0)  # fmt: skip


def _foreground(scene: Scene, place: str) -> None:
    count = int(scene.rng.integers(3, 9))
    if place in ("lake", "sea"):
        shore = HEIGHT - scene.rng.uniform(60, 110)
        water(scene, place, HEIGHT if place == "lake" else shore + 20)
        if place == "sea":
            beach(scene, shore)
        return
    meadow(scene, place if place in ("dune", "snow") else "meadow")
    if place in ("snow", "forest"):
        trees(scene, conifer, count * 3 if place == "forest" else count, 230)
    elif place in ("meadow", "hills"):
        trees(scene, broadleaf, count, 170)


def _photographed(scene: Scene) -> Image.Image:
    """Add what a camera adds, and turn light into 8 bits."""
    far = np.hypot((_X - WIDTH / 2) / WIDTH, (_Y - HEIGHT / 2) / HEIGHT)
    light = np.clip(scene.picture, 0, None) * (1 - 0.55 * far**2)[..., None]
    shown = np.clip(light * 1.05 / (1 + 0.18 * light), 0, 1) ** (1 / 1.12) * 255
    soft = Image.fromarray(shown.astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.6))
    grain = scene.rng.normal(0, 1.6, (HEIGHT, WIDTH, 1)) + scene.rng.normal(
        0, 0.7, (HEIGHT, WIDTH, 3)
    )
    return Image.fromarray(np.clip(np.asarray(soft) + grain, 0, 255).astype(np.uint8))


_NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_PLAINS = {"lake": "a lake", "sea": "the sea", "beach": "a beach", "meadow": "a meadow",
           "snow": "snow", "dune": "sand dunes"}  # fmt: skip


def _sentences(objects: Sequence[tuple[str, list[int]]], look: Look) -> list[str]:
    """Say what was drawn, twice."""
    names = [name for name, _ in objects]
    plain = [words for name, words in _PLAINS.items() if name in names]
    behind = [f"{one}s" for one in ("mountain", "hill") if one in names]
    growing = [_counted(one, names.count(one)) for one in ("conifer", "tree") if one in names]
    sun = " with the sun low above the horizon" if "sun" in names else ""
    first = " and ".join([*growing, *plain])
    backed = f" in front of {' and '.join(behind)}" if behind else ""
    return [
        f"{first[0].upper()}{first[1:]}{backed} under a {look.words} sky{sun}.",
        f"A landscape of {', '.join([*plain, *behind, *growing])} below a {look.words} sky.",
    ]


def _counted(name: str, count: int) -> str:
    number = _NUMBERS[count] if count < len(_NUMBERS) else "many"
    return f"{number} {name}" if count == 1 else f"{number} {name}s"


def jpeg(picture: Image.Image) -> bytes:
    """Return a picture as it is stored."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue()


def file_name(number: int) -> str:
    """Return the name of a landscape's file."""
    return f"landscape_{number + 1:02}.jpg"


def main(folder: Path) -> None:
    """Write the pictures and what is on them, in COCO's form."""
    images: list[dict[str, Any]] = []
    captions: list[dict[str, Any]] = []
    instances: list[dict[str, Any]] = []
    for number in range(COUNT):
        picture, objects, sentences = draw(number)
        (folder / file_name(number)).write_bytes(jpeg(picture))
        images.append(
            {"id": number + 1, "file_name": file_name(number), "width": WIDTH, "height": HEIGHT,
             "license": 1}
        )  # fmt: skip
        for text in sentences:
            captions.append({"id": len(captions) + 1, "image_id": number + 1, "caption": text})
        for name, box in objects:
            instances.append(
                {"id": len(instances) + 1, "image_id": number + 1, "iscrowd": 0,
                 "category_id": CATEGORIES.index(name) + 1, "bbox": box}
            )  # fmt: skip
    about = {"description": "Generated landscapes: no photographs. See README.md."}
    licences = [{"id": 1, "name": "CC0-1.0",
                 "url": "https://creativecommons.org/publicdomain/zero/1.0/"}]  # fmt: skip
    kinds = [{"id": at + 1, "name": name} for at, name in enumerate(CATEGORIES)]
    common = {"info": about, "licenses": licences, "images": images}
    _write(folder / "captions.json", {**common, "annotations": captions})
    _write(folder / "instances.json", {**common, "annotations": instances, "categories": kinds})


def _write(path: Path, data: Mapping[str, Any]) -> None:
    """Write JSON with one record per line."""
    parts = []
    for key, value in data.items():
        if isinstance(value, list):
            rows = ",\n".join(f"  {json.dumps(row)}" for row in value)
            parts.append(f" {json.dumps(key)}: [\n{rows}\n ]")
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(value)}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "corpora/natural"))
