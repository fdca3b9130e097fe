"""The administrator's list of accounts, and what each may change about their own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from docscan.cases import accounts
from docscan.cases.accounts import Role
from docscan.errors import UsageError
from docscan.web.failures import Failed
from docscan.web.rendering import page
from docscan.web.roles import Allow, account_of
from docscan.web.rooms import ADMINISTRATORS, EXAMINERS
from docscan.web.state import state_of

router = APIRouter(dependencies=[Depends(Allow(*ADMINISTRATORS))], include_in_schema=False)
own = APIRouter(dependencies=[Depends(Allow(*Role))], include_in_schema=False)

_Text = Annotated[str, Form(max_length=1024)]


@router.get("/accounts")
async def everybody(request: Request) -> Response:
    return await _list(request)


@router.post("/accounts")
async def invite(request: Request, name: _Text, role: Annotated[Role, Form()]) -> Response:
    store, by = state_of(request).store, account_of(request).name
    secret = await run_in_threadpool(accounts.invite, store, name, role, by=by)
    return await _list(request, secret, " ".join(name.split()))


@router.post("/accounts/{number}/invite")
async def invite_again(request: Request, number: int) -> Response:
    state, by = state_of(request), account_of(request).name
    secret = await run_in_threadpool(accounts.invite_again, state.store, number, by=by)
    state.sessions.close_all(number)
    account = await run_in_threadpool(accounts.find, state.store, number)
    return await _list(request, secret, account.name if account else "")


@router.post("/accounts/{number}/role")
async def set_role(request: Request, number: int, role: Annotated[Role, Form()]) -> Response:
    _not_oneself(request, number)
    by = account_of(request).name
    await run_in_threadpool(accounts.set_role, state_of(request).store, number, role, by=by)
    return RedirectResponse("/accounts", status_code=303)


@router.post("/accounts/{number}/open")
async def set_open(request: Request, number: int, is_open: Annotated[bool, Form()]) -> Response:
    _not_oneself(request, number)
    state, by = state_of(request), account_of(request).name
    await run_in_threadpool(accounts.set_open, state.store, number, is_open, by=by)
    state.sessions.close_all(number)
    return RedirectResponse("/accounts", status_code=303)


@own.get("/account")
async def account(request: Request) -> Response:
    return await _own(request)


@own.post("/account/password")
async def set_password(request: Request, current: _Text, password: _Text, again: _Text) -> Response:
    state, account = state_of(request), account_of(request)
    key = f"name {account.name.casefold()}"
    if state.attempts.wait_s(key):
        raise Failed(429, "Too many wrong passwords in a row.", "Wait some minutes and try again.")
    if await run_in_threadpool(accounts.login, state.store, account.name, current) is None:
        state.attempts.failed(key)
        return await _own(request, failed="The current password is another.")
    if password != again:
        return await _own(request, failed="The two passwords differ.")
    try:
        await run_in_threadpool(accounts.set_password, state.store, account.id, password, by=account.name)
    except UsageError as error:
        return await _own(request, failed=str(error))
    state.sessions.close_all(account.id)
    return RedirectResponse("/login", status_code=303)


@own.post("/account/tokens", dependencies=[Depends(Allow(*EXAMINERS))])
async def make_token(request: Request, name: _Text) -> Response:
    account = account_of(request)
    secret = await run_in_threadpool(accounts.make_token, state_of(request).store, account.id, name, by=account.name)
    return await _own(request, token=secret)


@own.post("/account/tokens/{number}/revoke", dependencies=[Depends(Allow(*EXAMINERS))])
async def revoke_token(request: Request, number: int) -> Response:
    account = account_of(request)
    await run_in_threadpool(accounts.revoke_token, state_of(request).store, account.id, number, by=account.name)
    return RedirectResponse("/account", status_code=303)


def _not_oneself(request: Request, number: int) -> None:
    if number == account_of(request).id:
        raise Failed(400, "You cannot change your own role or close your own account.", "Ask another administrator.")


async def _list(request: Request, secret: str = "", invited: str = "") -> Response:
    known = await run_in_threadpool(accounts.everybody, state_of(request).store)
    link = f"{request.base_url}welcome/{secret}" if secret else ""
    return await page(request, "accounts", known=known, roles=tuple(Role), link=link, invited=invited)


async def _own(request: Request, failed: str = "", token: str = "") -> Response:
    me = account_of(request)
    tokens = await run_in_threadpool(accounts.tokens, state_of(request).store, me.id)
    may = me.role in EXAMINERS
    status = 400 if failed else 200
    return await page(request, "account", status, failed=failed, token=token, tokens=tokens, may_have_tokens=may)
