"""Opens a folder as what it is: a finished dataset, or a mixture exported in Hub layout."""

from __future__ import annotations

from collections.abc import Collection

from dataengine.errors import ConfigError
from dataengine.manifest import MANIFEST_FILE
from dataengine.plan import PLAN_FILE
from dataengine.publishing.dataset_folder import DatasetFolder
from dataengine.publishing.export_folder import EXPORT_FILE, ExportFolder
from dataengine.publishing.files import Publishable
from dataengine.storage import Storage


def open_publishable(storage: Storage, extras: Collection[str] = ()) -> Publishable:
    """Return a folder as something that can be published.

    Raises:
        ConfigError: it is neither.
        ShardError, PlanError: it is damaged or not finished.
    """
    if storage.exists(EXPORT_FILE):
        if extras:
            raise ConfigError(f"an export has no {', '.join(sorted(extras))}; leave out --with")
        return ExportFolder(storage)
    if storage.exists(MANIFEST_FILE) or storage.exists(PLAN_FILE):
        return DatasetFolder(storage, extras)
    raise ConfigError(
        f"{storage.url} holds neither a dataset (run `dataengine render` and `finalize`) nor an "
        "export (run `dataengine export --format hub`)"
    )
