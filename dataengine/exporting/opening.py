"""Opens what is exported: a finished dataset under a view, or a mixture."""

from __future__ import annotations

from dataengine.errors import ConfigError
from dataengine.exporting.mixture_source import MixtureSource
from dataengine.exporting.source import DatasetSource, Source
from dataengine.manifest import MANIFEST_FILE
from dataengine.mixture.record import RECORD_FILE
from dataengine.registry import near
from dataengine.storage import Storage
from dataengine.views.settings import View


def open_source(url: str, view: View | None, seed: int) -> Source:
    """Open a finished dataset or mixture.

    Args:
        view: of a dataset; mixtures bring their own.

    Raises:
        ConfigError: the folder is neither, or a view is given with a mixture.
        ShardError: it is not finished, or damaged.
    """
    storage = Storage(url)
    if storage.exists(MANIFEST_FILE):
        return DatasetSource(url, view or View(), seed)
    if not storage.exists(RECORD_FILE):
        raise ConfigError(
            f"{url} holds neither a finished dataset ({MANIFEST_FILE}) nor a mixture "
            f"({RECORD_FILE})"
        )
    if view is not None:
        raise ConfigError(f"{url} is a mixture, whose members have their views; leave out --set")
    return MixtureSource(url)


def chosen_splits(source: Source, wanted: tuple[str, ...]) -> list[str]:
    """Return the splits that are exported: all, or those that are named.

    Raises:
        ConfigError: one does not exist.
    """
    for split in wanted:
        if split not in source.splits:
            raise ConfigError(f"no split is called {split!r}{near(split, source.splits)}")
    return [split for split in source.splits if not wanted or split in wanted]
