"""A live server as tests see it, and a browser without pictures or scripts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Locator

from docscan.cases.accounts import Role
from docscan.web.state import State

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLES = ROOT / "samples"
PASSWORD = "correct horse battery staple"  # noqa: S105
NAMES = {role: f"{role} one" for role in Role}


@dataclass(frozen=True)
class Server:
    url: str
    state: State
    tokens: dict[Role, str]

    def client(self, role: Role | None = None) -> Client:
        """A browser without pictures or scripts, logged in where a role is given."""
        client = Client(self.url)
        if role is not None:
            client.login(NAMES[role])
        return client


class Client(httpx.Client):
    """Sends the form's secret of the last page that it was given, as a browser would."""

    def __init__(self, url: str) -> None:
        super().__init__(base_url=url, timeout=60, follow_redirects=False)
        self.form = ""

    def page(self, path: str) -> str:
        answer = self.get(path, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.status_code)
        self.form = answer.text.split('name="csrf" value="')[1].split('"')[0]
        return answer.text

    def submit(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        return self.post(path, data={"csrf": self.form, **(data or {})}, **more)

    def login(self, name: str, password: str = PASSWORD) -> httpx.Response:
        self.page("/login")
        answer = self.submit("/login", {"name": name, "password": password})
        if answer.status_code == 303:
            self.page("/account")
        return answer


def files_of(stocked: dict[str, int]) -> list[int]:
    """Numbers of the documents in the store, in order."""
    return sorted(stocked.values())


def drawn(picture: Locator) -> None:
    """Waits until a picture has come; the pages' policy forbids scripts that would wait in the browser."""
    for _ in range(300):
        if picture.evaluate("i => i.complete && i.naturalWidth > 0"):
            return
        picture.page.wait_for_timeout(100)
    raise AssertionError("the picture does not come")
