"""Coming in and going out: log-in, invitations, language."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from docscan.cases import accounts
from docscan.cases.accounts import Account
from docscan.errors import UsageError
from docscan.languages import LANGUAGES
from docscan.web import rooms
from docscan.web.failures import Failed, answer
from docscan.web.rendering import LANGUAGE_COOKIE, page
from docscan.web.roles import COOKIE, Everybody, visited
from docscan.web.state import state_of

router = APIRouter(dependencies=[Depends(Everybody())], include_in_schema=False)

_Text = Annotated[str, Form(max_length=1024)]


@router.get("/login")
async def login_page(request: Request, next: str = "/") -> Response:
    visit = await visited(request)
    if visit.account is not None:
        return RedirectResponse(_here(next), status_code=303)
    shown = await page(request, "login", next=_here(next), failed=False, name="")
    return _with_visit(request, shown, visit.id)


@router.post("/login")
async def login(request: Request, name: _Text, password: _Text, next: _Text = "/") -> Response:
    state = state_of(request)
    keys = (f"name {name.casefold()}", f"address {request.client.host if request.client else ''}")
    if wait_s := state.attempts.wait_s(*keys):
        refused = await answer(request, 429)
        refused.headers["Retry-After"] = str(round(wait_s) + 1)
        return refused
    account = await run_in_threadpool(accounts.login, state.store, name, password)
    if account is None:
        state.attempts.failed(*keys)
        return await page(request, "login", 403, next=_here(next), failed=True, name=name)
    state.attempts.succeeded(keys[0])
    return _come_in(request, account, _here(next) if next != "/" else rooms.first(account.role))


@router.post("/logout")
async def logout(request: Request) -> Response:
    state_of(request).sessions.close((await visited(request)).id)
    left = RedirectResponse("/login", status_code=303)
    left.delete_cookie(COOKIE)
    return left


@router.get("/welcome/{secret}")
async def welcome_page(request: Request, secret: str) -> Response:
    account = await _invited(request, secret)
    visit = await visited(request)
    shown = await page(request, "welcome", invited=account, failed="", shortest=accounts.SHORTEST_PASSWORD)
    return _with_visit(request, shown, visit.id)


@router.post("/welcome/{secret}")
async def welcome(request: Request, secret: str, password: _Text, again: _Text) -> Response:
    account = await _invited(request, secret)
    store, failed = state_of(request).store, ""
    if password != again:
        failed = "The two passwords differ."
    else:
        try:
            await run_in_threadpool(accounts.set_password, store, account.id, password, by=account.name)
        except UsageError as error:
            failed = str(error)
    if failed:
        return await page(request, "welcome", 400, invited=account, failed=failed, shortest=accounts.SHORTEST_PASSWORD)
    state_of(request).sessions.close_all(account.id)
    return _come_in(request, account, rooms.first(account.role))


@router.post("/language")
async def choose_language(request: Request, language: _Text, next: _Text = "/") -> Response:
    chosen = language if language in LANGUAGES else "en"
    account = (await visited(request)).account
    if account is not None:
        await run_in_threadpool(accounts.set_language, state_of(request).store, account.id, chosen)
    answer = RedirectResponse(_here(next), status_code=303)
    secure = state_of(request).settings.secure
    answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=365 * 86400, httponly=True, samesite="strict", secure=secure)
    return answer


async def _invited(request: Request, secret: str) -> Account:
    account = await run_in_threadpool(accounts.invited, state_of(request).store, secret)
    if account is None:
        raise Failed(404, "This link was used already or has expired.", "Ask the administrator for a new one.")
    return account


def _come_in(request: Request, account: Account, path: str) -> Response:
    state = state_of(request)
    return _with_visit(request, RedirectResponse(path, status_code=303), state.sessions.open(account.id))


def _with_visit(request: Request, response: Response, visit: str) -> Response:
    state = state_of(request)
    signed = state.keys.cookie(visit)
    response.set_cookie(COOKIE, signed, httponly=True, samesite="strict", secure=state.settings.secure)
    return response


def _here(path: str) -> str:
    """A path of ours, whatever somebody wrote into a link."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"
