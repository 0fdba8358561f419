"""A transformers model on this machine, asked as an endpoint is, one request at a time."""

from __future__ import annotations

import asyncio
import importlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dataengine.canonical import content_hash, file_sha256
from dataengine.errors import ConfigError, ToolMissing
from pipelines.charts.content.llm.exchange import Answer, Request, Unanswered, Usage

_WEIGHTS = (".safetensors", ".bin", ".gguf")


class LocalModel:
    """A causal language model with a chat template.

    Code that comes with a model is not run, and weights are read from safetensors only. Sampling is
    seeded per request, so an answer does not depend on what was asked before; other versions of
    torch, or other devices, may give another.

    Args:
        name: a folder, or a name on the hub.

    Raises:
        ToolMissing: torch or transformers is not installed.
        ConfigError: there is no such model, or it has no chat template.
    """

    def __init__(self, name: str) -> None:
        try:
            self._torch: Any = importlib.import_module("torch")
            transformers: Any = importlib.import_module("transformers")
        except ImportError as error:
            raise ToolMissing(
                f"local_model needs torch and transformers ({error}): "
                "pip install 'dataengine[train]'"
            ) from error
        self.name = local_name(name)
        try:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(
                name, trust_remote_code=False
            )
            self._model = transformers.AutoModelForCausalLM.from_pretrained(
                name, trust_remote_code=False, use_safetensors=True, dtype="auto"
            )
        except (OSError, ValueError, KeyError) as error:
            raise ConfigError(f"cannot load the model {name}: {str(error)[:300]}") from error
        if not self._tokenizer.chat_template:
            raise ConfigError(f"the model {name} has no chat template: use one that was tuned")
        self._model.to("cuda" if self._torch.cuda.is_available() else "cpu").eval()
        self._counts: Counter[str] = Counter(attempts=0)
        self._lock = asyncio.Lock()

    async def ask(self, request: Request) -> Answer:
        """Answer a request; see `Model.ask`."""
        async with self._lock:
            self._counts["attempts"] += 1
            try:
                return await asyncio.to_thread(self._generate, request)
            except (RuntimeError, IndexError) as error:  # no memory; longer than the model takes
                raise Unanswered(f"{self.name}: {str(error)[:200]}") from error

    async def close(self) -> None:
        """Free the weights."""
        del self._model

    def counts(self) -> Mapping[str, int]:
        """Return how many requests were answered."""
        return dict(self._counts)

    def redact(self, text: str) -> str:
        """Return the text: there is no key."""
        return text

    def _generate(self, request: Request) -> Answer:
        messages = [{"role": role, "content": text} for role, text in request.messages]
        given = self._tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
        ).to(self._model.device)
        length = int(given["input_ids"].shape[1])
        sampling: dict[str, Any] = {"do_sample": request.temperature > 0}
        if request.temperature > 0:
            sampling["temperature"] = request.temperature
        self._torch.manual_seed(request.seed)
        with self._torch.inference_mode():
            made = self._model.generate(**given, **sampling, max_new_tokens=request.max_tokens)
        words = made[0, length:]
        text = self._tokenizer.decode(words, skip_special_tokens=True)
        ended = len(words) < request.max_tokens
        return Answer(
            text=text.encode("utf-8", "replace").decode(),
            finish="stop" if ended else "length",
            usage=Usage(input=length, output=len(words)),
        )


def local_name(name: str) -> str:
    """Return a model's name for facts and the cache: a folder's own, with a hash of what is in it.

    Where the folder lies is nobody's business; other weights must not have the same name.
    """
    folder = Path(name)
    if not folder.is_dir():
        return name
    files = sorted(path for path in folder.iterdir() if path.is_file())
    facts = [
        [path.name, path.stat().st_size if path.suffix in _WEIGHTS else file_sha256(path)]
        for path in files
    ]
    return f"{folder.resolve().name}@{content_hash(facts)[:12]}"
