"""Processes of a run: none waits for others that wait for it."""

from __future__ import annotations

import pytest
import torch.distributed as dist

from trainers.loop.distributed import joined


def test_a_process_that_fails_does_not_wait_to_take_its_leave(monkeypatch):
    """NCCL's farewell is made by all together; the others may be in the midst of a sum."""
    left = []
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setattr(dist, "init_process_group", lambda *_, **__: None)
    monkeypatch.setattr(dist, "destroy_process_group", lambda: left.append(True))
    with pytest.raises(OSError, match="full"), joined("cpu"):
        raise OSError("the disk is full")
    assert not left
    with joined("cpu"):
        pass
    assert left
