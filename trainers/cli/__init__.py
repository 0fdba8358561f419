"""The trainers' command line: `dataengine-train VERB`, one module per verb under `commands/`.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 stopped before its end (the same command goes on).
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import click

from dataengine.cli import FAILED, USAGE
from dataengine.environment import engine_version
from dataengine.errors import ConfigError, DataEngineError
from trainers.cli import commands


class _Verbs(click.Group):
    """Finds verbs by file name and imports only the one that is called: torch takes seconds."""

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
        except ModuleNotFoundError as error:
            click.echo(f"error: {error}; pip install 'dataengine[train]'", err=True)
            ctx.exit(FAILED)


@click.command(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(engine_version(), prog_name="dataengine-train")
def main() -> None:
    """Train and evaluate models that read pictures, on mixtures that dataengine made.

    \b
    dataengine mix nano_digits --out MIX
    dataengine-train train nano_cpu --data MIX --out RUN
    """
