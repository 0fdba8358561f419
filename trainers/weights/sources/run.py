"""Checkpoints of our own runs: a run that begins with the towers or the language of another."""

from __future__ import annotations

from collections.abc import Collection

from trainers.weights.names import Drop, Source

NAME = "checkpoint of a run"
OTHER = "another part of the run's model"


def tower(keys: Collection[str], marker: str, wanted: str) -> tuple[Source, ...]:
    """Return the families of a run's towers, the one of the same name first.

    Args:
        keys: of the checkpoint.
        marker: one of our names that every tower of this kind has.
        wanted: the tower's name in the recipe.
    """
    names = {key.split(".")[1] for key in keys if key.startswith("towers.") and key.count(".") > 1}
    fitting = [name for name in names if f"towers.{name}.{marker}" in keys]
    return tuple(
        Source(
            name=NAME,
            marker=f"towers.{name}.{marker}",
            prefix=f"towers.{name}.",
            dropped=(
                *(Drop(f"towers.{other}.*", OTHER) for other in sorted(names - {name})),
                Drop("connector.*", OTHER),
                Drop("language.*", OTHER),
            ),
        )
        for name in sorted(fitting, key=lambda name: (name != wanted, name))
    )


def language(marker: str) -> Source:
    """Return the family of a run's language models; `marker` is one of our names."""
    return Source(
        name=NAME,
        marker=f"language.{marker}",
        prefix="language.",
        dropped=(Drop("towers.*", OTHER), Drop("connector.*", OTHER)),
    )


def connector(marker: str) -> Source:
    """Return the family of a run's connectors; `marker` is one of our names."""
    return Source(
        name=NAME,
        marker=f"connector.{marker}",
        prefix="connector.",
        dropped=(Drop("towers.*", OTHER), Drop("language.*", OTHER)),
    )
