"""`score`: a file of any system against its own targets, or those of another file."""

from __future__ import annotations

import json
import subprocess
import sys

from click.testing import CliRunner

from trainers.cli.commands.score import command


def write(path, *lines: dict[str, object]):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def run(*arguments: object):
    return CliRunner().invoke(command, [*map(str, arguments)])


def test_scores_a_file_against_its_own_targets(tmp_path):
    path = write(
        tmp_path / "p.jsonl",
        {"id": "a", "prediction": "abcd", "target": "abcd", "task": "text"},
        {"id": "b", "prediction": "abxx", "target": "abcd", "task": "text"},
    )
    found = run(path, "--out", tmp_path / "out", "--system", "other")
    assert found.exit_code == 0, found.output
    assert "other on p.jsonl" in found.output
    figures = json.loads((tmp_path / "out" / "figures.json").read_text())
    assert figures["groups"][0]["figures"]["edit_distance"]["value"] == 0.25


def test_scores_a_file_against_targets_by_named_metrics(tmp_path):
    path = write(tmp_path / "p.jsonl", {"id": "a", "prediction": "104"})
    targets = write(tmp_path / "t.jsonl", {"id": "a", "target": "100"}, {"id": "b", "target": "1"})
    options = ["--targets", targets, "--metrics", "answer_relaxed", "--json", "--out"]
    found = json.loads(run(path, *options, tmp_path / "out").stdout)
    assert found["groups"][0]["figures"]["relaxed_accuracy"]["value"] == 0.5
    assert found["unread"] == {"b": "no prediction"}


def test_scoring_needs_no_torch():
    without = "import sys; sys.modules['torch'] = None; import trainers.cli.commands.score"
    subprocess.run([sys.executable, "-c", without], check=True)


def test_targets_of_two_kinds_are_refused(tmp_path):
    path = write(tmp_path / "p.jsonl", {"id": "a", "prediction": "x"})
    (tmp_path / "charts").mkdir()
    questions = [{"imgname": "1.png", "query": "q", "label": "x"}]
    (tmp_path / "charts" / "test_human.json").write_text(json.dumps(questions))
    found = run(
        path, "--benchmark", "chartqa", "--part", "human", "--data", tmp_path / "charts",
        "--targets", path, "--out", tmp_path / "out",
    )  # fmt: skip
    assert found.exit_code == 2
    assert "--targets goes with neither" in found.output
