"""`evaluate` and its options, on a model that knows nothing."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from dataengine.errors import ConfigError
from tests.trainers.digits import picture
from tests.trainers.loop import runs
from trainers.cli.commands.evaluate import command


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    run, _ = runs.start(folder, runs.recipe(stages__0__steps=1))
    run.train()
    return folder


@pytest.fixture
def charts(tmp_path):
    (tmp_path / "charts" / "png").mkdir(parents=True)
    (tmp_path / "charts" / "png" / "1.png").write_bytes(picture("12"))
    questions = [
        {"imgname": "1.png", "query": "How many?", "label": "12"},
        {"imgname": "2.png", "query": "How many?", "label": "12"},
    ]
    (tmp_path / "charts" / "test_human.json").write_text(json.dumps(questions))
    return tmp_path / "charts"


def run(*arguments: object):
    return CliRunner().invoke(
        command, [*map(str, arguments), "--device", "cpu"], catch_exceptions=True
    )


def test_reads_a_benchmark_and_names_missing_pictures(trained, charts, tmp_path):
    options = ["--benchmark", "chartqa", "--data", charts, "--part", "human", "--out"]
    found = run(trained, *options, tmp_path / "out", "--max-new-tokens", 3)
    assert found.exit_code == 0, found.output
    assert "ChartQA (human), metrics: correct" in found.output
    assert "1 left out, such as 'human-00001'" in found.output
    assert (tmp_path / "out" / "report.html").is_file()
    prompted = run(
        trained, *options, tmp_path / "other", "--prompt", "Briefly: {question}", "--json"
    )
    assert json.loads(prompted.stdout)["scored"] == 1
    assert "Briefly: How many?" in (tmp_path / "other" / "predictions.jsonl").read_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "name what to read"),
        (["--benchmark", "chartqa"], "--benchmark and --data go together"),
        (["--mixture", "m", "--prompt", "x"], "a mixture says what is asked"),
        (["--mixture", "m", "--dataset", "name"], "NAME=DIR"),
    ],
)
def test_half_of_a_request_is_refused(trained, tmp_path, options, words):
    found = run(trained, *options, "--out", tmp_path)
    assert found.exit_code != 0
    told = str(found.exception) if isinstance(found.exception, ConfigError) else found.output
    assert words in told
