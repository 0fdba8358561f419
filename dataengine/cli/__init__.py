"""The command line: `dataengine VERB`, one module per verb under `commands/`.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 incomplete (run the same command again).
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import sys
from typing import Any

import click

from dataengine.cli import commands
from dataengine.environment import engine_version
from dataengine.errors import ConfigError, DataEngineError

FAILED, USAGE, INCOMPLETE = 1, 2, 3


class _Verbs(click.Group):
    """Finds verbs by file name and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(module.name for module in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{commands.__name__}.{cmd_name}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(USAGE)
        except DataEngineError as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(FAILED)


@click.command(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(engine_version(), prog_name="dataengine")
@click.option("--verbose", is_flag=True, help="Log what the engine does, to standard error.")
def main(verbose: bool) -> None:
    """Make sharded datasets of pictures whose ground truth is proven.

    \b
    dataengine render pdf_pages --corpus FOLDER --out DIR
    dataengine render demo --out DIR
    """
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(message)s")
