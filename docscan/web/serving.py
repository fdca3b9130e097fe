"""Starting the server: who must be let in first, and where it listens."""

from __future__ import annotations

from collections.abc import Callable
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SOL_SOCKET, socket
from typing import TYPE_CHECKING

from docscan.cases import Store, accounts, open_store
from docscan.cases.accounts import Role
from docscan.errors import UsageError
from docscan.web.app import create_app
from docscan.web.settings import WebSettings

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

_FIRST = "administrator"


def serve(settings: WebSettings, *, say: Callable[[str], object]) -> None:
    """Serves until it is interrupted. Raises StoreError; UsageError where the address is not free, or where the server
    could be reached from outside and nobody has an account yet."""
    import uvicorn

    store = open_store(settings.store)
    try:
        link = first_link(store, settings)
    finally:
        store.close()

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket] | None = None) -> None:
            """Tells the address when it answers there, not while the workers still load their models."""
            await super().startup(sockets)
            if self.started:
                say(f"docscan serves at {address(settings)}")
                if link:
                    say(f"Nobody has an account yet. The administrator's, by this link, once:\n{link}")

    with listening(settings) as bound:
        say("docscan loads its models ...")
        Server(configuration(settings, create_app(settings))).run([bound])


def listening(settings: WebSettings) -> socket:
    """Takes the address before anything is loaded. Raises UsageError where it is not to be had."""
    bound = socket(AF_INET6 if ":" in settings.host else AF_INET)
    bound.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    try:
        bound.bind((settings.host, settings.port))
    except OSError as error:
        bound.close()
        raise UsageError(f"docscan cannot serve at {address(settings)}: {error.strerror}.") from error
    return bound


def configuration(settings: WebSettings, app: FastAPI) -> uvicorn.Config:
    """How the server listens. Requests name documents and accounts: no log of them is written."""
    import uvicorn

    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=30,
        limit_concurrency=512,
    )


def first_link(store: Store, settings: WebSettings) -> str | None:
    """The link that makes the first administrator; None where somebody has an account."""
    known = accounts.everybody(store)
    if any(account.has_password for account in known):
        return None
    if not settings.is_local:
        raise UsageError(f"Nobody has an account yet: start at 127.0.0.1 first, not at {settings.host}.")
    mine = next((account for account in known if account.role is Role.ADMINISTRATOR), None)
    by = "docscan serve"
    if mine is None:
        secret = accounts.invite(store, _FIRST, Role.ADMINISTRATOR, by=by)
    else:
        secret = accounts.invite_again(store, mine.id, by=by)
    return f"{address(settings)}/welcome/{secret}"


def address(settings: WebSettings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"
