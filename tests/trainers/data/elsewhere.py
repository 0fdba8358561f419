"""Digits that other processes can open, too."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from functools import partial

from dataengine.errors import ShardError
from tests.trainers.digits import DigitSource


class Elsewhere(DigitSource):
    """Digits; some numbers do what their names say, in the process that reads them."""

    def __init__(self, count: int, broken: int = -1, gone: int = -1, fatal: int = -1) -> None:
        super().__init__(count)
        self.opened = {"count": count, "broken": broken, "gone": gone, "fatal": fatal}
        self.broken, self.gone, self.fatal = broken, gone, fatal

    def opener(self):
        return partial(Elsewhere, **self.opened)

    def there(self, numbers):
        return numbers

    def example(self, number):
        whole = super().example(number)
        if number == self.gone:
            raise ShardError("the shard is gone")
        if number == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return replace(whole, image=whole.image[:50]) if number == self.broken else whole
