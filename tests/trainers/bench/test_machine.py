"""A machine is named."""

from __future__ import annotations

import torch

from trainers.bench.machine import this_machine


def test_this_machine():
    found = this_machine(torch.device("cpu"))
    assert found.processor
    assert found.cores >= 1
    assert (found.device, found.torch) == ("cpu", torch.__version__)
