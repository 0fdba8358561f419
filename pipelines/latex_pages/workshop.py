"""Makes what all workers share before they start: the dumped formats."""

from __future__ import annotations

from pipelines.latex_pages.drawing import usable_templates
from pipelines.latex_pages.options import Options
from pipelines.latex_pages.page.templates import load_templates
from pipelines.latex_pages.setting import Setter, check_sandbox
from pipelines.latex_pages.vetting import TEMPLATES


def prepare_formats(options: Options) -> None:
    """Dump the formats that are missing; those that are there cost a look each.

    Raises:
        ToolMissing: TeX is not installed, or the sandbox that is required.
        FormatError: TeX did not dump one; the message is TeX's own.
    """
    check_sandbox(options)
    setter = Setter()
    templates = load_templates()
    wanted = {TEMPLATES["en"], TEMPLATES["zh"]}
    wanted |= {
        (name, fontset)
        for name, weight in usable_templates(options).items()
        for fontset, share in templates[name].about.fontsets.items()
        if weight > 0 and share > 0
    }
    for name, fontset in sorted(wanted):
        setter.format(templates[name], fontset)
