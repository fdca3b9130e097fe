"""Pages from templates, in the visitor's language."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from docscan.languages import LANGUAGES, Language, language
from docscan.reporting import wording
from docscan.version import VERSION
from docscan.web import rooms, words
from docscan.web.roles import Visit, visited
from docscan.web.state import state_of

LANGUAGE_COOKIE = "language"


async def page(request: Request, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """The page made of that template; `shown` is what it speaks of."""
    visit = await visited(request)
    said_in = language_of(request, visit)
    html = (
        environment(said_in.code)
        .get_template(f"{template}.html.j2")
        .render(
            account=visit.account,
            csrf=state_of(request).keys.form(visit.id),
            here=request.url.path,
            rooms=rooms.open_to(visit.account.role) if visit.account else (),
            said_in=said_in,
            **shown,
        )
    )
    return HTMLResponse(html, status_code=status)


def language_of(request: Request, visit: Visit) -> Language:
    """What the visitor chose; else the account's; else the first of the browser's that there is."""
    chosen = request.cookies.get(LANGUAGE_COOKIE) or (visit.account.language if visit.account else "")
    asked = [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    return language(next((code for code in (chosen, *asked) if code in LANGUAGES), "en"))


@cache
def environment(code: str) -> Environment:
    said_in = language(code)
    environment = Environment(
        loader=PackageLoader("docscan.web", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(said_in.catalogue, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        agreement=wording.AGREEMENT,
        decisions=wording.DECISIONS,
        doubts=wording.doubts,
        languages=LANGUAGES,
        not_done=wording.not_done,
        outcomes=wording.OUTCOMES,
        standing_signs=words.STANDING_SIGNS,
        standing_words=words.STANDINGS,
        version=VERSION,
    )
    environment.filters.update(
        check_name=lambda name: said_in.say(words.check_name(name)),
        doubtful=wording.doubtful,
        field_name=lambda name: wording.field_name(name, said_in.say),
        likelihood=wording.likelihood,
        pieces=wording.pieces,
        printable=wording.printable,
        say=said_in.say,
        masked=lambda text: said_in.masked(wording.printable(text)),
        sentence=lambda text: said_in.sentence(wording.printable(text)),
    )
    return environment
