"""`python -m trainers`, the same as `dataengine-train`."""

from __future__ import annotations

from trainers.cli import main

main()
