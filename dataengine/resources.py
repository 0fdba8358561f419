"""Where the files that travel with the code are: `templates/` and `corpora/`, beside `dataengine/`.

The same rule holds in a checkout, an editable install and an installed wheel, because the wheel
puts these folders beside the package too. Nothing else may build such a path.
"""

from __future__ import annotations

from pathlib import Path

from dataengine.errors import ToolMissing

ROOT = Path(__file__).resolve().parent.parent


def bundled(kind: str, name: str = "") -> Path:
    """Return the path of a bundled file or folder: `bundled("templates", "gallery")`.

    Args:
        kind: the top-level folder, such as "templates" or "corpora".
        name: path inside it with forward slashes; empty for the folder itself.

    Raises:
        ToolMissing: it is not there, or `kind` and `name` lead out of the bundled folder.
    """
    folder = ROOT / kind
    path = folder / name
    inside = kind.isidentifier() and path.resolve().is_relative_to(folder.resolve())
    if not inside or not path.exists():
        wanted = f"{kind}/{name}".rstrip("/")
        raise ToolMissing(
            f"the bundled {wanted!r} is not in {ROOT}: the installation is incomplete; "
            "install the dataengine wheel again, or run from a full checkout"
        )
    return path
