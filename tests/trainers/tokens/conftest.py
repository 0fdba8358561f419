"""A small byte-level tokenizer of GPT-2's kind, trained here: OPT's and Qwen's are of that kind."""

from __future__ import annotations

from pathlib import Path

import pytest

QWEN = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")

TEXTS = [
    "Provide the OCR results of this image.",
    "A chat between a curious user and an artificial intelligence assistant.",
    "the quick brown fox jumps over the lazy dog, 12 345 6789 times",
    "写出图中的文字。你好，世界。",
]


@pytest.fixture(scope="session")
def tokenizer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the tokenizer; what OPT, Vicuna and Qwen have is special in it."""
    tokenizers = pytest.importorskip("tokenizers")
    transformers = pytest.importorskip("transformers")
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", *QWEN],
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXTS * 4, trainer)
    folder = tmp_path_factory.mktemp("tokenizer")
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
    )
    fast.save_pretrained(folder)
    return folder
