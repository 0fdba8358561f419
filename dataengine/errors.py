"""Every error that dataengine raises on purpose.

    DataEngineError
    ├── ConfigError        a recipe, an override or a name on the command line is wrong
    ├── CorpusError        a corpus cannot be listed or read
    │   └── CorpusChanged  a file is no longer the one that was indexed
    ├── PublishError       refused by a check, or by the Hub (`dataengine.publishing.errors`)
    ├── PlanError          the plan is missing, damaged, or made with other inputs
    ├── ShardError         a shard or its receipt cannot be written, or is not what it claims
    ├── StorageError       the disk is full, the folder cannot be written, the store does not answer
    ├── ToolMissing        a library, program or font that the job needs is not installed
    └── WorkerError        a worker process cannot be started or breaks its protocol

A message says what failed, the value that was seen and what to do about it. A unit that cannot be
rendered is not an error: it is a `Rejection` (see `dataengine.sample`).
"""

from __future__ import annotations


class DataEngineError(Exception):
    """Base of all errors that dataengine raises on purpose."""


class ConfigError(DataEngineError):
    """A recipe, an override or a name is wrong; the message gives the path of the key."""


class CorpusError(DataEngineError):
    """A corpus cannot be listed or read."""


class CorpusChanged(CorpusError):
    """A corpus file is no longer the one that the plan was made from."""


class PlanError(DataEngineError):
    """The plan is missing, damaged, or was made from another recipe, corpus or environment."""


class ShardError(DataEngineError):
    """A shard or its receipt cannot be written, or is not what it claims to be."""


class StorageError(DataEngineError):
    """The disk is full, the folder cannot be written, or the object store does not answer."""


class ToolMissing(DataEngineError):
    """A library, program or font that the job needs is not installed."""


class WorkerError(DataEngineError):
    """A worker process cannot be started or breaks its protocol."""
