"""Commands that are programs of their own: the demo, and the service side."""

import importlib
from importlib.util import find_spec

import click

from chmlfrp.cli.lazy import PassedOn, verb
from chmlfrp.cli.options import with_json
from chmlfrp.errors import ChmlFrpError
from chmlfrp.local.process import python_module, replace_process
from chmlfrp.words.language import say


@verb(cls=PassedOn)
@click.pass_context
def selfhost(context: click.Context) -> None:
    """Hand everything on to the service side; returns only by raising."""
    if find_spec("litestar") is None:
        raise ChmlFrpError(
            "the part for running a service is not installed",
            hint='pip install "chmlfrp-ui[selfhost]"',
        )
    replace_process([*python_module("chmlfrp.selfhost"), *context.args])


@verb()
def desktop() -> None:
    """Become the window; returns only by raising."""
    if find_spec("PySide6") is None or find_spec("qtawesome") is None:
        raise ChmlFrpError(
            "the window is not installed", hint='pip install "chmlfrp-ui[desktop]"'
        )
    replace_process(python_module("chmlfrp.desktop"))


@verb()
@click.option(
    "--check",
    is_flag=True,
    help=say("自动结束；全部通过才返回 0。", "End by itself; 0 only if all went well."),
)
@with_json
def demo(check: bool, is_json: bool) -> int:
    """Show the whole chain; return its exit code."""
    module = importlib.import_module("chmlfrp.cli.demo")
    return int(module.run(check=check, json=is_json))
