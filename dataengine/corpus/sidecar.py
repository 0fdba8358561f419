"""`corpus.yaml` beside a corpus: licence, language and origin of its files, by longest prefix.

licence: CC-BY-4.0            # for all files below this folder
entries:
  en: {language: en}          # a folder
  en/old.pdf: {licence: CC0-1.0, url: "https://example.org/old.pdf"}
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from dataengine.errors import CorpusError
from dataengine.recipe import CorpusSpec
from dataengine.settings import Settings
from dataengine.settings_errors import explain

SIDECAR = "corpus.yaml"


class Facts(Settings):
    """What is said of a file; empty where nothing is."""

    licence: str = ""
    language: str = ""
    url: str = ""


class Sidecar(Facts):
    """The file's content."""

    entries: Mapping[str, Facts] = Field(default_factory=dict)

    def facts(self, path: str) -> Facts:
        """Return what holds for an item's path, later words of a longer prefix winning."""
        known: dict[str, str] = {}
        for prefix in ("", *sorted(self.entries, key=len)):
            facts = self.entries[prefix] if prefix else self
            if not prefix or path == prefix or path.startswith(prefix.rstrip("/") + "/"):
                for key in Facts.model_fields:
                    if value := getattr(facts, key):
                        known[key] = value
        return Facts(**known)


def load_sidecar(root: str, spec: CorpusSpec) -> Sidecar:
    """Read the sidecar of a local corpus; the recipe's own words fill what it leaves open.

    A corpus that is a folder inside a described one takes what the outer sidecar says of it.

    Raises:
        CorpusError: the sidecar is not YAML or has unknown keys.
    """
    said = Facts(licence=spec.licence, language=spec.language, url=spec.url)
    for folder in (Path(root), *list(Path(root).parents)[:1]):
        path = folder / SIDECAR
        if path.is_file():
            return _merge(_parse(path), said, Path(root).relative_to(folder).as_posix())
    return Sidecar(**said.model_dump())


def _parse(path: Path) -> Sidecar:
    try:
        return Sidecar.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except ValidationError as error:
        raise CorpusError(explain(error, Sidecar, str(path))) from error
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise CorpusError(f"cannot read {path}: {error}") from error


def _merge(sidecar: Sidecar, said: Facts, inside: str) -> Sidecar:
    """Look at a sidecar from a folder inside its own, with the recipe's words as defaults."""
    prefix = "" if inside == "." else f"{inside}/"
    base = sidecar.facts(inside) if prefix else Facts(**sidecar.model_dump(exclude={"entries"}))
    return Sidecar(
        entries={
            key.removeprefix(prefix): facts
            for key, facts in sidecar.entries.items()
            if key.startswith(prefix)
        },
        **{key: getattr(base, key) or getattr(said, key) for key in Facts.model_fields},
    )
