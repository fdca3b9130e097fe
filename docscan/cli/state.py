"""`docscan state`: what is publicly known of an issuing State."""

from __future__ import annotations

from typing import Annotated

import typer

from docscan.errors import UsageError


def state(
    code: Annotated[str, typer.Argument(help="Three-letter code of the issuing State, for example MYS.")],
) -> None:
    """Print what is publicly known of an issuing State's documents."""
    from docscan import states
    from docscan.reporting import terminal

    found = states.load(code.upper())
    if found is None:
        raise UsageError(f"No facts about an issuing State {code.upper()[:3]!r} are in docscan.")
    terminal.show_state(found)
