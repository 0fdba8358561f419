"""Memory stays flat: it does not grow with the number of samples, or of pieces of material."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import resource, sys
from tests.conftest import drawn_recipe, render
shards = {"rows": 200, "at_least": 1, "min_rows": 10, "row_group_rows": 50}
options = {"rejected": 0.1, "side_px": 256}
_, report = render(sys.argv[1], drawn_recipe(int(sys.argv[2]), shards=shards, options=options))
assert report.complete
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
      max(receipt.peak_mb for receipt in report.made))
"""


def peaks(folder, samples: int) -> tuple[float, float]:
    """Return peak MiB of the parent and of its worker."""
    command = [sys.executable, "-c", CODE, str(folder), str(samples)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    parent, worker = map(float, done.stdout.split())
    return parent, worker


@pytest.mark.slow
def test_ten_times_the_samples_take_the_same_memory(tmp_path):
    """About 190 KB per sample: 2,000 samples are 380 MB of pictures."""
    few = peaks(tmp_path / "few", 200)
    many = peaks(tmp_path / "many", 2000)
    assert many[0] < few[0] + 60
    assert many[1] < few[1] + 30


HARVEST = r"""
import sys
from pathlib import Path
from tests.dataengine.harvest.test_build import gather
from tests.dataengine.memory import peak_mb
folder = Path(sys.argv[1])
folder.mkdir()
for work in range(int(sys.argv[2])):
    (folder / f"{work:03d}.toy").write_text(f"!many 1000\n{work}")
report = gather(folder, workers=1)
assert report.pieces == 1000 * int(sys.argv[2])
print(peak_mb())
"""


@pytest.mark.slow
def test_ten_times_the_pieces_take_the_same_memory(tmp_path):
    """About 1.3 KB per piece: 200,000 pieces are 260 MB of text."""

    def peak(works: int) -> float:
        command = [sys.executable, "-c", HARVEST, str(tmp_path / str(works)), str(works)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return float(done.stdout)

    assert peak(200) < peak(20) + 60
