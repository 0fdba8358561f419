"""--data: which stage reads which mixture; --device: which devices there can be."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from dataengine.errors import ConfigError
from trainers.cli.options import device_option, stage_folders

STAGES = ("pretrain", "sft", "last")


@pytest.mark.parametrize(
    ("named", "folders"),
    [
        (["a"], "a a a"),
        (["pretrain=a", "sft=b", "last=c"], "a b c"),
        (["sft=b", "a"], "a b a"),
        (["a", "sft=b", "last=b"], "a b b"),
        (["s3://x/y=1/z"], "s3://x/y=1/z " * 3),
        (["./a=b", "sft=c=d"], "./a=b c=d ./a=b"),
    ],
)
def test_by_hand(named, folders):
    assert stage_folders(named, STAGES) == dict(zip(STAGES, folders.split(), strict=True))


@given(st.sets(st.sampled_from(STAGES)), st.booleans())
def test_each_stage_has_its_own_or_that_of_all(own, for_all):
    named = [f"{stage}=of-{stage}" for stage in sorted(own)] + ["rest"] * for_all
    if not for_all and own != set(STAGES):
        with pytest.raises(ConfigError, match=r"has nothing to read; add --data"):
            stage_folders(named, STAGES)
        return
    found = stage_folders(named, STAGES)
    assert found == {one: f"of-{one}" if one in own else "rest" for one in STAGES}


@pytest.mark.parametrize(
    ("named", "told"),
    [
        (["pretrian=a", "b"], "did you mean 'pretrain'"),
        (["sft=a", "sft=b", "c"], "two folders for the stage sft"),
        (["a", "b"], "which stage reads which: --data pretrain=a"),
    ],
)
def test_what_is_not_clear_is_refused(named, told):
    with pytest.raises(ConfigError) as caught:
        stage_folders(named, STAGES)
    assert told in str(caught.value)


def test_a_folder_with_the_sign_in_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "try=1").mkdir()
    assert set(stage_folders(["try=1"], STAGES).values()) == {"try=1"}


@pytest.mark.parametrize(
    ("device", "known"),
    [("", True), ("cpu", True), ("cuda", True), ("cuda:1", True), ("tpu", False), ("cuda:", False)],
)
def test_only_devices_that_there_can_be_are_taken(device, known):
    command = click.command()(device_option(lambda device: click.echo(f"on {device}")))
    result = CliRunner().invoke(command, ["--device", device])
    assert (result.exit_code == 0) is known
    assert (f"on {device}" if known else "is neither cpu nor cuda") in result.output
