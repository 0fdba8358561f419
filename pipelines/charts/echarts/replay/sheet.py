"""The memory that charts are painted on, and their pixels without the channel that is not seen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


class Sheet:
    """Memory for one picture, used again from chart to chart: fresh pages take longer to get."""

    def __init__(self) -> None:
        self._memory = np.empty(0, np.uint8)

    def cut(self, width: int, height: int) -> npt.NDArray[np.uint8]:
        """Return (height, width, 4) bytes of anything; they hold until the next cut."""
        size = width * height * 4
        if len(self._memory) < size:
            self._memory = np.empty(size, np.uint8)
        return self._memory[:size].reshape(height, width, 4)


def three_channels(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return a read-only copy, (height, width, 3), without the fourth channel of C-ordered pixels.

    Pixels are moved as words of four bytes, a tenth of the time that moving three takes: each
    spoils the first byte of the next, which comes after it, as NumPy goes up one dimension.
    """
    height, width, _ = pixels.shape
    count = height * width
    # One byte more than is needed, for the fourth of the last pixel.
    made = np.empty(3 * count + 1, np.uint8)
    np.ndarray(count, np.uint32, made, 0, (3,))[:] = pixels.reshape(-1).view(np.uint32)
    three = made[:-1].reshape(height, width, 3)
    three.flags.writeable = False
    return three
