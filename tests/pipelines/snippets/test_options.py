"""Options that leave nothing to draw are refused with what is wrong."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pipelines.snippets.options import Options


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"chars": (5, 2)}, "least"),
        ({"lines": (0, 1)}, "least"),
        ({"size": (16, 4000)}, "512"),
        ({"width": 16}, "32"),
        ({"jitter": 1.5}, "1"),
        ({"fonts": 0}, "1"),
        ({"text": "corpus"}, "words"),
        ({"width": 32, "height": 32, "margin": 12}, "leave 8 px"),
        ({"jiter": 0.5}, "jiter"),
    ],
)
def test_wrong_options_are_refused(options, said):
    with pytest.raises(ValidationError, match=said):
        Options.model_validate(options)
