"""Where an error becomes a status and the same sentence as on the command line."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from docscan.errors import (
    DocscanError,
    NoSuchRecord,
    NotPermitted,
    SourceError,
    SourceTooLarge,
    StoreBusy,
    UnknownKind,
    UsageError,
)
from docscan.web.rendering import page
from docscan.web.roles import NotAllowed, NotFromHere, NotLoggedIn
from docscan.web.workers import TooBusy, TookTooLong, WorkFailed

API = "/api/"
_STATUS: tuple[tuple[type[DocscanError], int], ...] = (
    (UsageError, 400),
    (UnknownKind, 415),
    (SourceTooLarge, 413),
    (NotPermitted, 422),
    (SourceError, 422),
    (NoSuchRecord, 404),
    (StoreBusy, 503),
    (DocscanError, 500),
)


def _(text: str) -> str:
    """Marks a text for the catalogues; it is translated where it is shown."""
    return text


_SAID = {
    401: (_("Nobody is logged in."), _("Log in first.")),
    403: (_("Your role does not allow this."), _("Ask the administrator if it should.")),
    404: (_("There is no such page."), _("It may have been kept only for some minutes.")),
    405: (_("This page takes no such request."), ""),
    413: (_("This is too large."), _("Scan at 600 ppi or less, one page of A3 at most.")),
    429: (_("Too many wrong passwords in a row."), _("Wait some minutes and try again.")),
    500: (_("The work on this came to nothing."), _("Try again; if it fails again, tell whoever runs docscan here.")),
    503: (_("Too many documents are waiting."), _("Try again in a minute.")),
    504: (_("This took too long and was stopped."), _("Scan it again, one page of A4 at 300 ppi.")),
}
_OLD_FORM = (_("This form has expired."), _("Load the page again and repeat what you did."))


class Failed(HTTPException):
    """A status with a sentence and a remedy of its own."""

    def __init__(self, status: int, message: str, remedy: str = "") -> None:
        super().__init__(status, message)
        self.remedy = remedy


def handle(app: FastAPI) -> None:
    async def of_docscan(request: Request, error: DocscanError) -> Response:
        status = next(status for kind, status in _STATUS if isinstance(error, kind))
        return await answer(request, status, str(error), error.remedy, type(error).__name__)

    async def not_logged_in(request: Request, error: NotLoggedIn) -> Response:
        if request.url.path.startswith(API):
            return await answer(request, 401)
        path = f"/login?next={quote(request.url.path)}"
        if request.headers.get("hx-request"):
            return Response(status_code=401, headers={"HX-Redirect": path})
        return RedirectResponse(path if request.method == "GET" else "/login", status_code=303)

    async def not_allowed(request: Request, error: NotAllowed) -> Response:
        return await answer(request, 403)

    async def not_from_here(request: Request, error: NotFromHere) -> Response:
        return await answer(request, 403, *_OLD_FORM)

    async def work_failed(request: Request, error: WorkFailed) -> Response:
        status = 503 if isinstance(error, TooBusy) else 504 if isinstance(error, TookTooLong) else 500
        return await answer(request, status)

    async def of_http(request: Request, error: HTTPException) -> Response:
        if isinstance(error, Failed):
            return await answer(request, error.status_code, str(error.detail), error.remedy)
        return await answer(request, error.status_code)

    async def not_valid(request: Request, error: RequestValidationError) -> Response:
        # What was sent may be personal data: only where it is wrong is said.
        places = sorted({".".join(str(part) for part in fault["loc"]) for fault in error.errors()})
        return await answer(request, 422, f"This cannot be understood: {', '.join(places)[:200]}.", "Correct it.")

    async def gone(request: Request, error: ClientDisconnect) -> Response:
        # Whoever sent it has gone; nobody reads the answer.
        return Response(status_code=400)

    for kind, handler in (
        (DocscanError, of_docscan),
        (NotLoggedIn, not_logged_in),
        (NotAllowed, not_allowed),
        (NotFromHere, not_from_here),
        (WorkFailed, work_failed),
        (HTTPException, of_http),
        (RequestValidationError, not_valid),
        (ClientDisconnect, gone),
    ):
        app.add_exception_handler(kind, handler)  # type: ignore[arg-type]


async def answer(
    request: Request, status: int, message: str | None = None, remedy: str = "", name: str | None = None
) -> Response:
    """The error as a page, or as JSON to a program."""
    usual = _SAID.get(status, _SAID[500])
    message, remedy = (message, remedy) if message is not None else usual
    headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "60"}}.get(status, {})
    if request.url.path.startswith(API):
        error = {"class": name or "HttpError", "message": message, "remedy": remedy}
        return JSONResponse({"error": error}, status_code=status, headers=headers)
    made = await page(request, "failure", status, message=message, remedy=remedy)
    made.headers.update(headers)
    return made
