"""Answers on disk, by the hash of their request: paid once, and the same in every later run."""

from __future__ import annotations

import json

from pydantic import ValidationError

from dataengine.canonical import content_hash
from dataengine.corpus.index import cache_folder
from dataengine.storage import Storage
from pipelines.charts.content.llm.exchange import Answer, Request


class AnswerCache:
    """Keeps answers under the user's cache folder, one file per request.

    A file that is damaged, or that is not what was written, counts as absent.
    """

    def __init__(self, storage: Storage | None = None) -> None:
        self._storage = storage or Storage(cache_folder() / "chart-answers")

    def get(self, request: Request) -> Answer | None:
        """Return the answer to a request, None where it has not been asked yet."""
        try:
            stored = json.loads(self._storage.read_bytes(_name(request)))
            if stored["hash"] != content_hash([request.key, stored["answer"]]):
                return None
            return Answer.model_validate(stored["answer"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, RecursionError, ValidationError):
            return None

    def put(self, request: Request, answer: Answer) -> None:
        """Keep an answer.

        Raises:
            StorageError: the disk is full, or the folder cannot be written.
        """
        plain = answer.model_dump(mode="json")
        stored = {"hash": content_hash([request.key, plain]), "answer": plain}
        self._storage.write_text(_name(request), json.dumps(stored, ensure_ascii=False))


def _name(request: Request) -> str:
    return f"{request.key[:2]}/{request.key}.json"
