"""A transformers model on this machine: tiny and random, so that only the way to it is tested."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from dataengine.errors import ConfigError, ToolMissing
from pipelines.charts.content.llm.exchange import Answer, Request
from pipelines.charts.content.llm.local_model import LocalModel, local_name

HAS_TORCH = all(importlib.util.find_spec(name) for name in ("torch", "transformers", "tokenizers"))
needs_torch = pytest.mark.skipif(not HAS_TORCH, reason="torch and transformers are not installed")
TEMPLATE = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:"


def request(**changes: Any) -> Request:
    fields = {"temperature": 1.0, "max_tokens": 64, "seed": 5} | changes
    return Request("tiny", (("system", "be brief"), ("user", "rain")), **fields)


def ask(model: LocalModel, *requests: Request) -> list[Answer]:
    async def run() -> list[Answer]:
        return list(await asyncio.gather(*(model.ask(one) for one in requests)))

    return asyncio.run(run())


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random model of a few thousand weights with a tokenizer of bytes."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("models") / "tiny"
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {"</s>": 0} | {char: at for at, char in enumerate(alphabet, 1)}
    words = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, eos_token="</s>", pad_token="</s>")
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        eos_token_id=0,
        pad_token_id=0,
        bos_token_id=0,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@needs_torch
def test_sampling_is_seeded_per_request(tiny):
    model = LocalModel(str(tiny))
    alone = ask(model, request())
    among = ask(model, request(seed=6), request(), request(seed=7))
    assert among[1] == alone[0]
    assert among[0].text != among[1].text
    assert alone[0].usage is not None
    assert 0 < alone[0].usage.output <= 64


@needs_torch
def test_no_temperature_is_greedy(tiny):
    model = LocalModel(str(tiny))
    first, second = ask(model, request(temperature=0.0), request(temperature=0.0, seed=9))
    assert first == second


@needs_torch
def test_charts_are_asked_of_a_local_model(tiny, tmp_path, topics):
    from pipelines.charts.content.llm.run import write_charts

    settings = {"local_model": str(tiny), "count": 2, "max_tokens": 64}
    reports = [
        write_charts(settings, [topics], str(tmp_path / out), lambda text: None) for out in "ab"
    ]
    assert sum(reports[0]["rejected"].values()) == 2, "noise is no JSON"
    assert reports[1]["answers"]["asked"] == 0
    assert str(tiny.parent) not in (tmp_path / "a" / "report.json").read_text()


@needs_torch
def test_model_without_a_chat_template_is_refused(tiny, tmp_path):
    import shutil

    copy = shutil.copytree(tiny, tmp_path / "copy")
    (copy / "chat_template.jinja").unlink(missing_ok=True)
    settings = json.loads((copy / "tokenizer_config.json").read_text())
    settings.pop("chat_template", None)
    (copy / "tokenizer_config.json").write_text(json.dumps(settings))
    with pytest.raises(ConfigError, match="chat template"):
        LocalModel(str(copy))


@needs_torch
def test_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot load"):
        LocalModel(str(tmp_path))


@pytest.mark.skipif(HAS_TORCH, reason="torch and transformers are installed")
def test_without_the_libraries_it_is_told_how_to_get_them():
    with pytest.raises(ToolMissing, match="pip install"):
        LocalModel("some/model")


def test_name_says_nothing_of_the_place_and_tells_weights_apart(tmp_path):
    names = []
    for place, size in (("here", 10), ("there", 10), ("elsewhere", 11)):
        folder = tmp_path / place / "rain-7b"
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}")
        (folder / "model.safetensors").write_bytes(b"x" * size)
        names.append(local_name(str(folder)))
    assert names[0] == names[1] != names[2]
    assert names[0].startswith("rain-7b@")
    assert local_name("group/rain-7b") == "group/rain-7b"
