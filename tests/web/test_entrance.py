"""Coming in: first start, invitations, wrong passwords, sessions that end, proxies that are believed."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from live import NAMES, PASSWORD, Server

from docscan.cases import accounts, open_store, verifying
from docscan.cases.accounts import Role
from docscan.errors import UsageError
from docscan.web import calibration, validity
from docscan.web.serving import first_link, listening
from docscan.web.sessions import Attempts, Sessions
from docscan.web.settings import WebSettings


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_session_ends_unused_and_at_the_latest() -> None:
    clock = Clock()
    sessions = Sessions(idle_s=30, longest_s=100, clock=clock)
    used, left = sessions.open(1), sessions.open(2)
    for clock.now in (20.0, 40.0, 60.0, 80.0, 100.0):
        assert sessions.account(used) == 1
    assert sessions.account(left) is None
    clock.now = 101.0
    assert sessions.account(used) is None
    ended = sessions.open(3)
    sessions.close_all(3)
    assert sessions.account(ended) is None
    assert sessions.account("made up") is None


def test_wrong_tries_in_a_row_make_wait() -> None:
    clock = Clock()
    attempts = Attempts(most=3, wait_s=60, clock=clock)
    for _ in range(2):
        attempts.failed("name x", "address y")
    assert attempts.wait_s("name x", "address y") == 0
    attempts.succeeded("name x")
    attempts.failed("name x", "address y")
    assert attempts.wait_s("name x") == 0
    assert attempts.wait_s("name x", "address y") == 60
    clock.now = 61.0
    assert attempts.wait_s("address y") == 0


def test_five_wrong_passwords_and_even_the_right_one_waits(serve: Callable[..., Server]) -> None:
    client = serve(logins_in_a_row=3).client()
    client.page("/login")
    statuses = [
        client.submit("/login", {"name": NAMES[Role.OFFICER], "password": password}).status_code
        for password in ("wrong", "wrong", "wrong", PASSWORD)
    ]
    assert statuses == [403, 403, 403, 429]


def test_a_closed_account_is_out_at_once(server: Server) -> None:
    store, admin = server.state.store, server.client(Role.ADMINISTRATOR)
    page = admin.submit("/accounts", {"name": "Short Stay", "role": "officer"}).text
    link = page.split("/welcome/")[1].split("<")[0]
    guest = server.client()
    guest.page(f"/welcome/{link}")
    short = guest.submit(f"/welcome/{link}", {"password": "short", "again": "short"})
    assert short.status_code == 400
    words = "a sentence that is long"
    assert guest.submit(f"/welcome/{link}", {"password": words, "again": words}).status_code == 303
    assert guest.get("/").status_code == 200
    assert server.client().get(f"/welcome/{link}").status_code == 404
    account = accounts.by_name(store, "short stay")
    assert account is not None
    assert admin.submit(f"/accounts/{account.id}/open", {"is_open": "false"}).status_code == 303
    assert guest.get("/").status_code == 303
    assert accounts.login(store, "Short Stay", words) is None
    me = accounts.by_name(store, NAMES[Role.ADMINISTRATOR])
    assert me is not None
    assert admin.submit(f"/accounts/{me.id}/role", {"role": "officer"}).status_code == 400
    with store.reading() as session:
        assert not list(verifying.verify(session))


def test_a_proxy_is_believed_from_its_address_alone(serve: Callable[..., Server]) -> None:
    said = {"X-Remote-User": NAMES[Role.OFFICER]}
    believed = serve(proxy_header="X-Remote-User", proxy_addresses=("127.0.0.1",))
    assert believed.client().get("/", headers=said).status_code == 200
    assert believed.client().get("/").status_code == 303
    other = serve(proxy_header="X-Remote-User", proxy_addresses=("10.9.8.7",))
    assert other.client().get("/", headers=said).status_code == 303


def test_links_lead_nowhere_else(server: Server) -> None:
    client = server.client()
    for next in ("//evil.example", "https://evil.example", "/\\evil.example"):
        client.page("/login")
        form = {"name": NAMES[Role.OFFICER], "password": PASSWORD, "next": next}
        assert client.submit("/login", form).headers["location"] == "/"
        client.cookies.clear()


def test_the_first_start_makes_an_administrator_and_only_at_home(tmp_path: Path) -> None:
    settings = WebSettings(store=str(tmp_path / "cases.db"))
    store = open_store(settings.store)
    link = first_link(store, settings)
    assert link is not None
    assert link.startswith("http://127.0.0.1:8377/welcome/")
    assert first_link(store, settings) != link
    with pytest.raises(UsageError, match="Nobody has an account yet"):
        first_link(store, replace(settings, host="0.0.0.0"))  # noqa: S104
    account = accounts.everybody(store)[0]
    accounts.set_password(store, account.id, PASSWORD, by="tests")
    assert first_link(store, replace(settings, host="0.0.0.0")) is None  # noqa: S104
    store.close()


def test_no_secret_is_kept_as_it_is(server: Server) -> None:
    url = server.state.store.engine.url.database
    assert url is not None
    with server.state.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = Path(url).read_bytes()
    assert PASSWORD.encode() not in kept
    assert all(token.encode() not in kept for token in server.tokens.values())


def test_dates_and_calibration_are_told_or_left_out(make_report: Callable[..., object]) -> None:
    from datetime import date

    known = validity.of(make_report(birth="740812", expiry="320415"), on=date(2026, 6, 1))  # type: ignore[arg-type]
    assert (known.expires, known.expired, known.age) == (date(2032, 4, 15), False, 51)
    past = validity.of(make_report(expiry="200101"), on=date(2026, 6, 1))  # type: ignore[arg-type]
    assert past.expired
    assert past.days_left is not None
    assert past.days_left < 0
    unread = validity.of(make_report(with_mrz=False))  # type: ignore[arg-type]
    assert (unread.expires, unread.age) == (None, None)
    assert calibration.of(make_report(), 30) is None  # type: ignore[arg-type]
    counted = {
        "leave_one_state_out": {"templates": [{"name": "A", "genuine": {"clear": 40, "refer": 1}, "forged": {}}]}
    }
    assert calibration.counted(counted) == {"A": calibration.Calibrated(41, 0)}


def test_an_address_that_is_taken_is_told_at_once(server: Server) -> None:
    with pytest.raises(UsageError, match="cannot serve at http"):
        listening(server.state.settings)


def test_the_first_link_works_as_soon_as_it_is_told(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "docscan.cli", "serve", "--store", str(tmp_path / "cases.db"), "--port", port]
    with subprocess.Popen([*command, "--workers", "1"], stdout=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout is not None
            link = next(line.strip() for line in served.stdout if "/welcome/" in line)
            assert httpx.get(link).status_code == 200
        finally:
            served.terminate()
