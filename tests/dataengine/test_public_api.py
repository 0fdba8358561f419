"""The names that others may build on, and that workers stay light."""

from __future__ import annotations

import subprocess
import sys

import dataengine


def test_public_names_are_these():
    assert sorted(dataengine.__all__) == [
        "Context",
        "DataEngineError",
        "Dataset",
        "Item",
        "Material",
        "MixtureReader",
        "Piece",
        "Pipeline",
        "Probe",
        "Refusal",
        "Regions",
        "Rejection",
        "Renderer",
        "Requirements",
        "Sample",
        "Settings",
        "Turn",
        "Unit",
    ]
    assert all(getattr(dataengine, name) for name in dataengine.__all__)


def test_worker_does_not_import_arrow():
    code = "import sys, dataengine.worker; sys.exit('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_engine_knows_no_kind_of_document():
    """Importing all of the engine must import no pipeline."""
    code = (
        "import pkgutil, importlib, sys, dataengine\n"
        "for found in pkgutil.walk_packages(dataengine.__path__, 'dataengine.'):\n"
        "    if not found.name.endswith(('__main__', '.worker')):\n"
        "        importlib.import_module(found.name)\n"
        "sys.exit(' '.join(name for name in sys.modules if name.startswith('pipelines.')) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
