"""`doctor`: findings on the screen, a page, and an exit code that a script can ask for."""

from __future__ import annotations

import base64
import io
import json
import re

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from tests.trainers.cli.commands.digit_files import write_mixture, write_recipe
from trainers.cli import main
from trainers.data.transforms import to_square
from trainers.loop.doctor_page import seen
from trainers.recipe import ImageSettings


@pytest.fixture(scope="module")
def mixture(tmp_path_factory):
    return write_mixture(tmp_path_factory.mktemp("digits"))


def doctor(recipe, mixture, *options: object):
    words = ["doctor", recipe, "--data", mixture, "--device", "cpu", *options]
    return CliRunner().invoke(main, list(map(str, words)))


def test_healthy_recipe_and_its_page(mixture, tmp_path):
    recipe = write_recipe(tmp_path / "r.yaml")
    found = doctor(recipe, mixture, "--overfit", 0, "--report", tmp_path / "out")
    assert found.exit_code == 0, found.output
    assert "ok       image tokens:" in found.output
    assert "⟦" in found.output
    page = (tmp_path / "out" / "doctor.html").read_text(encoding="utf-8")
    assert "&lt;image&gt;×4" in page
    assert "<image>" not in page
    pictures = re.findall(r'src="data:image/png;base64,([^"]+)"', page)
    assert len(pictures) == 8
    with Image.open(io.BytesIO(base64.b64decode(pictures[0]))) as picture:
        assert picture.size == (64, 64)
        assert picture.mode == "RGB"
    again = doctor(recipe, mixture, "--overfit", 0, "--report", tmp_path / "again")
    assert again.exit_code == 0


def test_problem_is_exit_code_1(mixture, tmp_path):
    recipe = write_recipe(tmp_path / "r.yaml", model__initializer_range=1e-10)
    found = doctor(recipe, mixture, "--overfit", 0, "--json")
    assert found.exit_code == 1
    findings = json.loads(found.stdout)
    assert [one["check"] for one in findings if one["level"] == "problem"] == ["scales"]


def test_data_that_is_not_there_is_an_error(tmp_path):
    found = doctor(write_recipe(tmp_path / "r.yaml"), tmp_path)
    assert found.exit_code == 1
    assert "error:" in found.output


@pytest.mark.parametrize("statistics", ["imagenet", "clip", "half"])
@pytest.mark.parametrize("channels", ["rgb", "grey"])
def test_pictures_come_back_from_what_towers_take(statistics, channels):
    import torch

    pixels = np.arange(32 * 32 * 3, dtype=np.uint32).reshape(32, 32, 3).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    settings = ImageSettings(size=32, statistics=statistics, channels=channels)
    square = to_square(buffer.getvalue(), settings)
    shown = np.asarray(seen(torch.from_numpy(square.copy()), settings))
    assert shown.shape == (32, 32, 3)
    assert np.array_equal(shown, np.broadcast_to(square, (32, 32, 3)))
