"""Libraries that only some metrics need, imported on first use."""

from __future__ import annotations

import importlib
import logging
import tempfile
from functools import cache
from typing import Any

from dataengine.errors import ToolMissing


def require(module: str) -> Any:
    """Import `module`; the package to install is named as its first part.

    Raises:
        ToolMissing: it is not installed; the message holds the command that installs it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.split(".")[0]
        raise ToolMissing(
            f"this metric needs {package}, which is not installed (pip install {package})"
        ) from error


@cache
def chinese_segmenter() -> Any:
    """Return a `jieba.Tokenizer` with its own dictionary, as `jieba.lcut` has.

    jieba keeps its dictionary under a fixed name in the folder for temporary files and loads what
    lies there by `marshal`, whoever wrote it; a private folder costs a second and trusts nobody.
    """
    jieba = require("jieba")
    jieba.setLogLevel(logging.WARNING)
    segmenter = jieba.Tokenizer()
    with tempfile.TemporaryDirectory() as folder:
        segmenter.tmp_dir = folder
        segmenter.initialize()
    return segmenter
