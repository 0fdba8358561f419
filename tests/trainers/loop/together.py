"""Starts a module in several processes that find each other, as `torchrun` does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

LIMIT_S = 280


def together(module: str, *arguments: str, count: int = 2) -> None:
    """Run `python -m module` in `count` processes; one that fails ends the others, and the test."""
    env = {
        **os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "WORLD_SIZE": str(count),
        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(_free_port()), "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", module, *arguments]
    running = [
        subprocess.Popen(command, env={**env, "RANK": str(rank)}, stderr=subprocess.PIPE, text=True)
        for rank in range(count)
    ]
    try:
        for one in running:
            _, said = one.communicate(timeout=LIMIT_S)
            assert one.returncode == 0, said[-4000:]
    finally:
        for one in running:
            one.kill()
            one.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
