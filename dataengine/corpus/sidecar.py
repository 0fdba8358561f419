"""`corpus.yaml` beside a corpus: licence, language and origin of its files, by longest prefix.

licence: CC-BY-4.0            # for all files below this folder
entries:
  en: {language: en}          # a folder
  en/old.pdf: {licence: CC0-1.0, url: "https://example.org/old.pdf"}
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, ValidationError, field_validator

from dataengine.errors import CorpusError
from dataengine.recipe import CorpusSpec
from dataengine.settings import Settings
from dataengine.settings_errors import explain
from dataengine.yaml_text import YamlError, parse_yaml

SIDECAR = "corpus.yaml"


class Facts(Settings):
    """What is said of a file; empty where nothing is."""

    licence: str = ""
    language: str = ""
    url: str = ""


class Sidecar(Facts):
    """The file's content."""

    entries: Mapping[str, Facts] = Field(default_factory=dict)

    @field_validator("entries")
    @classmethod
    def _without_slashes(cls, value: Mapping[str, Facts]) -> dict[str, Facts]:
        return {key.strip("/"): facts for key, facts in value.items()}

    def facts(self, path: str) -> Facts:
        """Return what holds for an item's path: the words of the longest prefix that says any."""
        steps = path.split("/")
        prefixes = ("/".join(steps[:count]) for count in range(len(steps) + 1))
        said = [self, *(self.entries[prefix] for prefix in prefixes if prefix in self.entries)]
        return Facts(
            **{
                key: next((value for one in reversed(said) if (value := getattr(one, key))), "")
                for key in Facts.model_fields
            }
        )


def load_sidecar(root: str, spec: CorpusSpec) -> Sidecar:
    """Read the sidecar of a local corpus; the recipe's own words fill what it leaves open.

    A corpus that is a folder inside a described one takes what the outer sidecar says of it.

    Raises:
        CorpusError: the sidecar is not YAML or has unknown keys.
    """
    said = said_by(spec)
    for folder in (Path(root), *list(Path(root).parents)[:1]):
        path = folder / SIDECAR
        if path.is_file():
            return _merge(_parse(path), said, Path(root).relative_to(folder).as_posix())
    return said


def said_by(spec: CorpusSpec) -> Sidecar:
    """Return what the recipe itself says of a corpus."""
    return Sidecar(licence=spec.licence, language=spec.language, url=spec.url)


def _parse(path: Path) -> Sidecar:
    try:
        return Sidecar.model_validate(parse_yaml(path.read_text(encoding="utf-8")) or {})
    except ValidationError as error:
        raise CorpusError(explain(error, Sidecar, str(path))) from error
    except (OSError, YamlError, UnicodeDecodeError) as error:
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
