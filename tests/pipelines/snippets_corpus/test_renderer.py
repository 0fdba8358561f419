"""Snippets of a corpus say its phrases, of the language and length asked for, and name the file."""

from __future__ import annotations

from dataengine import seeding
from dataengine.pipeline import Context, Unit
from dataengine.sample import Outcome, Rejection, Sample
from pipelines.snippets.options import CorpusOptions
from pipelines.snippets_corpus import PIPELINE
from tests.pipelines.charts.content.materials import stock_of

FILES = {
    "birds.txt": "lapwing at dusk\ngrey heron\nowl\n",
    "titles.txt": "Rain over the northern fells\nHeather\n",
}


def render(index: int, **options: object) -> Outcome:
    material = stock_of(FILES).material
    settled = CorpusOptions.model_validate(options)
    made = PIPELINE.open(settled, Context(lambda item: b"", material=material))
    return made.render(Unit(index), seeding.unit_rng(5, "own", index))


def test_phrases_of_all_files_are_drawn_and_their_files_named() -> None:
    found = [render(index) for index in range(60)]
    kept = [one for one in found if isinstance(one, Sample)]
    assert len(kept) == 60
    by_text = {one.targets["text"]: one.source["works"][0] for one in kept}
    assert set(by_text) == {"lapwing at dusk", "grey heron", "Heather"}
    assert by_text["Heather"]["item"] == "titles.txt"
    assert by_text["grey heron"]["item"] == "birds.txt"


def test_a_length_that_no_phrase_has_is_a_rejection() -> None:
    outcome = render(0, chars=(40, 50))
    assert isinstance(outcome, Rejection)
    assert outcome.reason == "no-text"
    assert "40 to 50" in outcome.detail


def test_another_language_has_nothing() -> None:
    outcome = render(0, language="zh")
    assert isinstance(outcome, Rejection)
    assert outcome.reason == "no-text"
