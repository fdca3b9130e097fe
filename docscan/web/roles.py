"""Who may do what, and how a request proves whose it is."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from fastapi import Request
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool

from docscan.cases.accounts import Account, Role, by_name, by_token, find
from docscan.web.state import State, state_of

COOKIE = "docscan"
_SAFE = frozenset({"GET", "HEAD"})
_LONGEST_FORM_S = 12 * 3600


class NotLoggedIn(Exception):
    """Nobody is logged in here; the login page comes first."""


class NotAllowed(Exception):
    """The account's role does not allow this."""


class NotFromHere(Exception):
    """The form is old, or was not made by a page of ours."""


@dataclass(frozen=True)
class Visit:
    """One browser, logged in or not."""

    id: str
    account: Account | None


class Keys:
    """Signs cookies and forms; made anew at each start, so that nothing secret is stored."""

    def __init__(self) -> None:
        key = secrets.token_bytes(32)
        self._cookies = TimestampSigner(key, salt="cookie")
        self._forms = URLSafeTimedSerializer(key, salt="form")

    def cookie(self, visit: str) -> str:
        return self._cookies.sign(visit).decode()

    def visit(self, cookie: str) -> str | None:
        try:
            return self._cookies.unsign(cookie).decode()
        except BadSignature:
            return None

    def form(self, visit: str) -> str:
        """What a form of this visit carries."""
        return str(self._forms.dumps(visit))

    def made_for(self, form: str, visit: str) -> bool:
        try:
            return hmac.compare_digest(str(self._forms.loads(form, max_age=_LONGEST_FORM_S)), visit)
        except BadSignature:
            return False


def identify(request: Request, state: State) -> Visit:
    """Whose browser it is: by its cookie, or by a trusted proxy's word."""
    visit = state.keys.visit(request.cookies.get(COOKIE, "")) or secrets.token_urlsafe(24)
    settings = state.settings
    if settings.proxy_header and request.client and request.client.host in settings.proxy_addresses:
        name = request.headers.get(settings.proxy_header, "")
        return Visit(visit, by_name(state.store, name) if name else None)
    account_id = state.sessions.account(visit)
    account = find(state.store, account_id) if account_id is not None else None
    return Visit(visit, account if account and account.is_open else None)


async def visited(request: Request) -> Visit:
    """The visit, kept for the whole request."""
    known: Visit | None = getattr(request.state, "visit", None)
    if known is None:
        known = await run_in_threadpool(identify, request, state_of(request))
        request.state.visit = known
    return known


class Everybody:
    """Lets in whoever comes, but takes forms only from pages of ours."""

    roles: frozenset[Role] = frozenset(Role)

    async def __call__(self, request: Request) -> None:
        visit = await visited(request)
        self.admit(visit)
        if request.method not in _SAFE:
            form = request.headers.get("x-csrf-token") or (await request.form()).get("csrf")
            if not isinstance(form, str) or not state_of(request).keys.made_for(form, visit.id):
                raise NotFromHere

    def admit(self, visit: Visit) -> None:
        """Raises NotLoggedIn or NotAllowed."""


class Allow(Everybody):
    """Lets in accounts of these roles."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    def admit(self, visit: Visit) -> None:
        if visit.account is None:
            raise NotLoggedIn
        if visit.account.role not in self.roles:
            raise NotAllowed


class AllowToken:
    """Lets in programs with the token of an account of these roles. Cookies count for nothing here, so that no page
    elsewhere can make a browser ask."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    async def __call__(self, request: Request) -> None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        state = state_of(request)
        account = await run_in_threadpool(by_token, state.store, token) if kind.lower() == "bearer" else None
        if account is None or not account.is_open:
            raise NotLoggedIn
        if account.role not in self.roles:
            raise NotAllowed
        request.state.visit = Visit("", account)


def account_of(request: Request) -> Account:
    """Who asks; only where `Allow` or `AllowToken` let in."""
    account: Account = request.state.visit.account
    return account
