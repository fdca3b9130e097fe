"""A live server with an account of every role for each file of tests, none sees what another left; one browser."""

from __future__ import annotations

import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn

sys.path.insert(0, str(Path(__file__).parent))  # what only these tests share

from live import NAMES, PASSWORD, SAMPLES, Server
from playwright.sync_api import Page

from docscan.cases import accounts
from docscan.cases.accounts import Role
from docscan.web.app import create_app
from docscan.web.serving import configuration
from docscan.web.settings import WebSettings

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts a server with settings of its own; all are stopped at the end."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(**changed: Any) -> Server:
        folder = tmp_path_factory.mktemp("web")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = replace(WebSettings(store=str(folder / "cases.db"), port=port, workers=1, warmed=0), **changed)
        app = create_app(settings)
        store = app.state.store
        tokens = {}
        for role, name in NAMES.items():
            accounts.invite(store, name, role, by="tests")
            account = accounts.by_name(store, name)
            assert account is not None
            accounts.set_password(store, account.id, PASSWORD, by="tests")
            tokens[role] = accounts.make_token(store, account.id, "tests", by="tests")
        server = uvicorn.Server(configuration(settings, app))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        running.append((server, thread))
        until = time.monotonic() + 180
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < until, "the server does not start"
            time.sleep(0.05)
        return Server(f"http://127.0.0.1:{port}", app.state.docscan, tokens)

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def server(serve: Callable[..., Server]) -> Server:
    return serve()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    flags = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
    camera = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    return {"executable_path": CHROMIUM, "args": [*flags, "--disable-sync", "--no-first-run", *camera]}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"viewport": {"width": 1366, "height": 768}, "locale": "en"}


STOCK = ("13-portrait-replaced.jpg", "19-mrz-one-digit.jpg", "22-counterfeit.jpg", "01-passport.jpg")


@pytest.fixture(scope="module")
def stocked(server: Server) -> dict[str, int]:
    """Samples that an officer has referred: file -> number in the store."""
    officer, numbers = server.client(Role.OFFICER), {}
    for file in STOCK:
        with (SAMPLES / file).open("rb") as scan:
            path = officer.submit("/check", files={"file": (file, scan)}).headers["location"]
        assert officer.submit(f"{path}/refer").status_code == 303
        numbers[file] = int(re.search(r"Referred as document (\d+)", officer.page(path))[1])  # type: ignore[index]
    return numbers


@pytest.fixture
def violations(page: Page) -> list[str]:
    """What the browser refused because of the content-security policy, and scripts that failed."""
    seen: list[str] = []
    page.on("console", lambda message: seen.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.append(str(error)))
    return seen
