"""A lesson on paper: the pictures first, the answers at the end."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, NamedTuple

from docscan.languages import Language
from docscan.web.viewing import FaceView


class HandoutPage(NamedTuple):
    position: int
    views: tuple[FaceView, ...]
    """Redacted."""
    ruling: str
    kind: str
    found: dict[str, Any]
    """Outcome and reasons of the program."""


def pdf(name: str, pages: Sequence[HandoutPage], said_in: Language) -> bytes:
    import weasyprint
    from weasyprint.urls import URLFetcher

    from docscan.web.rendering import environment

    shown = [HandoutPage(*page) for page in pages]
    template = environment(said_in.code).get_template("handout.html.j2")
    html = template.render(name=name, pages=shown, source=_source, said_in=said_in)
    only_within = URLFetcher(allowed_protocols=("data",))
    made: bytes = weasyprint.HTML(string=html, url_fetcher=only_within, base_url=None).write_pdf()
    return made


def _source(view: FaceView) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(view.plain).decode("ascii")
