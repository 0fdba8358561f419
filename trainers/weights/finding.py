"""Finds what a recipe's `pretrained` names: a file, a folder, or a name on the Hugging Face Hub."""

from __future__ import annotations

from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)

from trainers.errors import WeightsError
from trainers.loop.checkpoint import CHECKPOINTS, latest
from trainers.weights.files import (
    CONFIG,
    DOWNSAMPLE,
    SAFE,
    TORCH,
    Checkpoint,
    has_weights,
    read_file,
    read_folder,
)

_SAFE_FILES = [CONFIG, "model*.safetensors", "model.safetensors.index.json", DOWNSAMPLE]
_TORCH_FILES = [CONFIG, "pytorch_model*.bin", "pytorch_model.bin.index.json"]


def read(name: str) -> Checkpoint:
    """Return the checkpoint that a name stands for.

    Args:
        name: a file (.safetensors, .pth, .pt, .bin), a folder of transformers, a checkpoint or the
            folder of one of our runs (its newest checkpoint), or `OWNER/NAME` on the Hub, which is
            fetched once and kept in Hugging Face's own cache.

    Raises:
        WeightsError: there is no such thing, it cannot be fetched, or it is damaged.
    """
    path = Path(name).expanduser()
    if path.is_file():
        return Checkpoint(name, read_file(path))
    if path.is_dir():
        return read_folder(latest(path / CHECKPOINTS) or path, name)
    if name.startswith(("/", ".", "~")) or path.suffix in (SAFE, *TORCH) or name.count("/") > 1:
        raise WeightsError(
            f"there is no file or folder {name}; is the path right? Relative ones begin at "
            f"{Path.cwd()}"
        )
    return read_folder(_fetch(name), name)


def _fetch(name: str) -> Path:
    """Return the folder of a repository of the Hub; PyTorch's files only if there are no others."""
    folder = _snapshot(name, _SAFE_FILES)
    return folder if has_weights(folder) else _snapshot(name, _TORCH_FILES)


def _snapshot(name: str, files: list[str]) -> Path:
    try:
        return Path(snapshot_download(name, allow_patterns=files))
    except GatedRepoError as error:
        raise WeightsError(
            f"{name} is given only to those who accepted its terms: do so on its page on the Hub, "
            "then log in with `hf auth login`"
        ) from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise WeightsError(
            f"{name!r} is no file and no folder here, and no repository on the Hub that you may "
            "read; is the name right?"
        ) from error
    except (LocalEntryNotFoundError, OfflineModeIsEnabled, HfHubHTTPError, OSError) as error:
        raise WeightsError(
            f"{name} is not in the cache and the Hub cannot be reached. Where there is a "
            f"connection, run `hf download {name} --local-dir FOLDER`, bring FOLDER here and name "
            "it in place of this; an empty name begins with random weights"
        ) from error
