"""The dataset card: metadata that the Hub and `datasets` accept, text that nothing can break."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from markdown_it import MarkdownIt  # comes with rich

from dataengine.card import (
    CardFacts,
    ColumnFacts,
    ConfigFacts,
    ScoreFacts,
    ShownFacts,
    SourceFacts,
    WorkFacts,
    dataset_card,
    size_category,
)
from dataengine.errors import ConfigError
from dataengine.markdown import code, escape, fence, prose
from tests.dataengine.gallery_samples import HOSTILE

FACTS = CardFacts(
    title="Demo",
    summary="Pages of PDFs.",
    configs=(
        ConfigFacts(
            "pages",
            {"train": 1200, "test": 34},
            rejections=66,
            summary="PDF pages.",
            targets={"text": 1234, "markdown": 9},
            levels=("line", "word"),
            tasks=("text",),
        ),
        ConfigFacts("charts", {"train": 10, "test": 0}),
    ),
    recipe="name: demo\nseed: 7\n",
    plan_hash="ab12",
    seed=7,
    engine_version="0.1.0",
    schema_version=1,
    by_language={"en": 900, "zh": 344, "mixed": 0},
    by_kind={"page": 1234, "chart": 10},
    by_reason={"no-text": 60, "timeout": 6},
    reasons={"no-text": "a scan; see `retry`"},
    sources=(SourceFacts("bundled", "CC-BY-4.0", 8, 1234), SourceFacts("web", "", 1, 0)),
    columns=(ColumnFacts("id", "string", "stable"),),
    scores=(ScoreFacts("ink_explained", 1234, 0.98123, 0.999, 1.0),),
    versions={"pymupdf": "1.26.7"},
    repository="owner/demo",
    shown=(ShownFacts("pages-7-000000001", "pages", "assets/pages.jpg", "text", "A page."),),
    works=(WorkFacts("bundled", "a.pdf", "https://example.org/a.pdf", "CC-BY-4.0", 1234),),
    works_count=9,
    works_file="sources.parquet",
)


def split_card(text: str) -> tuple[dict[str, Any], str]:
    _, front, body = text.split("---\n", 2)
    return yaml.safe_load(front), body


def html(body: str) -> str:
    return MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(body)


def test_front_matter_says_what_the_hub_reads() -> None:
    front, _ = split_card(dataset_card(FACTS))
    assert front["pretty_name"] == "Demo"
    assert front["language"] == ["en", "zh"]
    assert front["license"] == ["cc-by-4.0", "unknown"]
    assert front["size_categories"] == ["1K<n<10K"]
    assert {"dataengine", "page", "chart"} <= set(front["tags"])
    assert front["configs"] == [
        {
            "config_name": "pages",
            "data_files": [
                {"split": "train", "path": "data/pages/train-*.parquet"},
                {"split": "test", "path": "data/pages/test-*.parquet"},
            ],
            "default": True,
        },
        {
            "config_name": "charts",
            "data_files": [{"split": "train", "path": "data/charts/train-*.parquet"}],
        },
    ]


def test_body_says_counts_reasons_licences_scores_and_how_to_load() -> None:
    _, body = split_card(dataset_card(FACTS))
    for fact in (
        "1,244 pictures",
        "95.0 % accepted",
        "| `no-text` | 60 | 4.6 % | a scan; see `retry` |",
        "| bundled | CC-BY-4.0 | 8 | 1,234 |",
        "| web | unknown | 1 | 0 |",
        "| `ink_explained` | 1,234 | 0.9812 | 0.999 | 1 |",
        'load_dataset("owner/demo", "pages", streaming=True)',
        "```yaml\nname: demo\nseed: 7\n```",
        "`dataengine reproduce ID`",
        "| `pages` | `markdown` (9), `text` (1,234) | `line`, `word` | `text` |",
        "![text of a sample of pages](assets/pages.jpg)\n\n```\nA page.\n```",
        "| CC-BY-4.0 | attribution | name the author or source",
        "| unknown | unknown | nobody has said",
        "`sources.parquet` names all 9 works",
        "| bundled | a.pdf | `https://example.org/a.pdf` | CC-BY-4.0 | 1,234 |",
        'files = "hf://datasets/owner/demo/data/pages"',
        'Dataset("hf://datasets/owner/demo")',
        "@misc{demo,",
        "author = {{owner}}",
    ):
        assert fact in body


def test_card_renders_as_intended_markdown() -> None:
    page = html(split_card(dataset_card(FACTS))[1])
    assert page.count("<h1>") == 1
    assert page.count("<table>") == 11
    assert page.count("<img ") == 1
    assert "<h2>Rejections</h2>" in page


def test_card_of_an_empty_dataset_is_valid() -> None:
    facts = dataclasses.replace(
        FACTS,
        configs=(),
        by_language={},
        by_kind={},
        by_reason={},
        sources=(),
        scores=(),
        shown=(),
        works=(),
    )
    front, body = split_card(dataset_card(facts))
    assert front["configs"] == []
    assert front["license"] == ["unknown"]
    assert "## Load it" not in body
    assert "no source documents" in body


def test_card_is_deterministic() -> None:
    assert dataset_card(FACTS) == dataset_card(dataclasses.replace(FACTS))


@pytest.mark.parametrize(
    "text",
    [
        *HOSTILE,
        "---\nlicense: mit\n---",
        "a | b | c\n| d |",
        "```\n# heading\n```",
        "# not a heading",
        "[click](https://evil.example)",
        "![x](https://evil.example/x.png)",
        "key: value # comment",
        "- item",
        "1. item",
        "`code` and ``more``",
        "\\",
        "{{ facts.seed }} {% raw %}",
        "!!python/object/apply:os.system [ls]",
        "",
    ],
)
def test_untrusted_text_breaks_neither_yaml_nor_markdown(text: str) -> None:
    facts = dataclasses.replace(
        FACTS,
        title=text,
        summary=text,
        recipe=f"{text}\nname: demo",
        configs=(
            ConfigFacts(
                "pages", {"train": 1}, summary=text, targets={text: 1}, levels=[text], tasks=[text]
            ),
        ),
        by_language={text: 1},
        by_kind={text: 1},
        by_reason={text: 1},
        reasons={text: text},
        sources=(SourceFacts(text, text, 1, 1),),
        columns=(ColumnFacts(text, text, text),),
        scores=(ScoreFacts(text, 1, 0.0, 0.5, 1.0),),
        versions={text: text},
        licences=(text,),
        tags=(text,),
        gallery=text,
        picture=text,
        shown=(ShownFacts(text, text, text, text, text),),
        works=(WorkFacts(text, text, text, text, 1),),
        works_file=text,
        overridden=(text,),
        engine_version=text,
        plan_hash=text,
    )
    card = dataset_card(facts)
    card.encode("utf-8")  # no lone surrogates
    front, body = split_card(card)
    assert list(front) == list(split_card(card)[0])
    assert front["configs"][0]["config_name"] == "pages"
    page = html(body)
    assert page.count("<h1>") == 1
    assert page.count("<h2>") == 11 if text.strip() else True
    assert page.count("<tr>") == 22
    assert page.count("<img ") == (2 if text.strip() else 1)
    for markup in ("<script", "<img src=x", "<a href", "<b>", "<li>item", 'evil.example/x.png"'):
        assert markup not in page


@pytest.mark.parametrize("name", ["a/b", "../x", "a*", "", "a b", "a:b", "{x}", "-a"])
def test_names_that_are_no_file_names_are_refused(name: str) -> None:
    for config in (ConfigFacts(name, {"train": 1}), ConfigFacts("pages", {name: 1})):
        with pytest.raises(ConfigError, match="file pattern"):
            dataset_card(dataclasses.replace(FACTS, configs=(config,)))


@pytest.mark.parametrize(
    ("samples", "category"),
    [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**6, "1M<n<10M"), (10**13, "n>1T")],
)
def test_size_category_is_the_hubs_word(samples: int, category: str) -> None:
    assert size_category(samples) == category


def test_conversations_are_a_task_of_their_own() -> None:
    chat = ConfigFacts("chat", {"train": 1}, targets={"turns": 1})
    front, _ = split_card(dataset_card(dataclasses.replace(FACTS, configs=(chat,))))
    assert front["task_categories"] == ["image-to-text", "visual-question-answering"]


def test_licences_let_through_by_name_stand_at_the_top() -> None:
    body = split_card(dataset_card(dataclasses.replace(FACTS, overridden=("LicenseRef-x",))))[1]
    assert "`LicenseRef-x`" in body[: body.index("## What it holds")]


def test_card_of_a_folder_loads_from_the_folder() -> None:
    body = split_card(dataset_card(dataclasses.replace(FACTS, repository="")))[1]
    assert 'load_dataset(".", "pages")' in body
    assert "hf://" not in body


def test_mixture_does_not_claim_to_be_rendered() -> None:
    body = split_card(dataset_card(dataclasses.replace(FACTS, made_by="mixture")))[1]
    assert "from dataengine import Dataset" not in body
    assert "Each unit was rendered" not in body
    assert "were rejected" not in body
    assert 'columns = ["id", "language", "messages"]' in body


@pytest.mark.parametrize("made_by", ["recipe", "mixture"])
def test_proof_is_claimed_of_what_was_rendered_only(made_by) -> None:
    """The answers of other people's conversations were never held against their pictures."""
    body = split_card(dataset_card(dataclasses.replace(FACTS, made_by=made_by)))[1]
    assert "conversations by others only the form was checked" in body
    assert "exact ground truth" not in body
    assert "were each proven" not in body


def test_markdown_parts() -> None:
    assert escape("a|b\n<c>") == r"a\|b \<c\>"
    assert escape("1. x") == r"1\. x"
    assert escape("1.26.7") == "1.26.7"
    assert code("a`b|c") == r"``a`b\|c``"
    assert prose("see `x` *now*") == r"see `x` \*now\*"
    assert fence("a\n````\nb").startswith("`````\n")


def test_datasets_reads_configs_and_splits_from_the_card(tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    for config, split in (("pages", "train"), ("pages", "test"), ("charts", "train")):
        path = tmp_path / "data" / config / f"{split}-00000-of-00001.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table({"id": [f"{config}-{split}"]}), path)
    (tmp_path / "README.md").write_text(dataset_card(FACTS), "utf-8")
    program = (
        "import sys, datasets\n"
        "folder = sys.argv[1]\n"
        "names = datasets.get_dataset_config_names(folder)\n"
        "assert names == ['pages', 'charts'], names\n"
        "builder = datasets.load_dataset_builder(folder)\n"
        "assert builder.config.name == 'pages', builder.config.name\n"
        "assert sorted(builder.config.data_files) == ['test', 'train']\n"
        "builder = datasets.load_dataset_builder(folder, 'charts')\n"
        "assert list(builder.config.data_files) == ['train']\n"
        "data = datasets.load_dataset(folder, 'pages', split='test')\n"
        "assert data[:]['id'] == ['pages-test'], data[:]\n"
    )
    settings = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "cache")}
    run = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, env=os.environ | settings)
    assert done.returncode == 0, done.stderr[-2000:]
