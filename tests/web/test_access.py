"""Every route, asked by everybody: each gets exactly what its role allows."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute
from live import Client, Server

from docscan.cases.accounts import Role
from docscan.web.app import ROUTERS

TRAINEE, OFFICER, REVIEWER, TRAINER, ADMINISTRATOR = Role
ANYBODY = frozenset({None, *Role})
ACCOUNTS = frozenset(Role)

ROUTES: dict[str, frozenset[Role | None]] = {
    "GET /login": ANYBODY,
    "POST /login": ANYBODY,
    "POST /logout": ANYBODY,
    "GET /welcome/{secret}": ANYBODY,
    "POST /welcome/{secret}": ANYBODY,
    "POST /language": ANYBODY,
    "GET /": frozenset({OFFICER, REVIEWER}),
    "POST /check": frozenset({OFFICER, REVIEWER}),
    "GET /watched": frozenset({OFFICER, REVIEWER}),
    "GET /checked/{id}/{number}": frozenset({OFFICER, REVIEWER}),
    "GET /checked/{id}/{number}/face/{face}": frozenset({OFFICER, REVIEWER}),
    "GET /checked/{id}/{number}/reason/{reason}/{place}/{side}": frozenset({OFFICER, REVIEWER}),
    "GET /checked/{id}/{number}/sheet.pdf": frozenset({OFFICER, REVIEWER}),
    "POST /checked/{id}/{number}/pass": frozenset({OFFICER, REVIEWER}),
    "POST /checked/{id}/{number}/retake": frozenset({OFFICER, REVIEWER}),
    "POST /checked/{id}/{number}/refer": frozenset({OFFICER, REVIEWER}),
    "GET /review": frozenset({REVIEWER}),
    "POST /review/filters": frozenset({REVIEWER}),
    "POST /review/filters/{number}/delete": frozenset({REVIEWER}),
    "GET /review/{number}": frozenset({REVIEWER}),
    "GET /review/{number}/thumbnail": frozenset({REVIEWER}),
    "GET /review/{number}/face/{face}/{layer}": frozenset({REVIEWER}),
    "GET /review/{number}/report.pdf": frozenset({REVIEWER}),
    "POST /review/{number}/decide": frozenset({REVIEWER}),
    "POST /review/{number}/undo": frozenset({REVIEWER}),
    "GET /training": frozenset({TRAINEE, TRAINER}),
    "GET /training/quiz/{number}": frozenset({TRAINEE, TRAINER}),
    "GET /training/quiz/{number}/{position}": frozenset({TRAINEE, TRAINER}),
    "GET /training/quiz/{number}/{position}/face/{face}": frozenset({TRAINEE, TRAINER}),
    "POST /training/quiz/{number}/{position}": frozenset({TRAINEE, TRAINER}),
    "POST /training/lessons": frozenset({TRAINER}),
    "GET /training/lessons/{number}": frozenset({TRAINER}),
    "POST /training/lessons/{number}/open": frozenset({TRAINER}),
    "GET /training/lessons/{number}/handout.pdf": frozenset({TRAINER}),
    "GET /training/lessons/{number}/dataset.zip": frozenset({TRAINER}),
    "GET /overview": frozenset({REVIEWER, ADMINISTRATOR}),
    "GET /series": frozenset({REVIEWER}),
    "GET /series/{number}": frozenset({REVIEWER}),
    "GET /audit": frozenset({ADMINISTRATOR}),
    "POST /audit/verify": frozenset({ADMINISTRATOR}),
    "GET /accounts": frozenset({ADMINISTRATOR}),
    "POST /accounts": frozenset({ADMINISTRATOR}),
    "POST /accounts/{number}/invite": frozenset({ADMINISTRATOR}),
    "POST /accounts/{number}/role": frozenset({ADMINISTRATOR}),
    "POST /accounts/{number}/open": frozenset({ADMINISTRATOR}),
    "GET /account": ACCOUNTS,
    "POST /account/password": ACCOUNTS,
    "POST /account/tokens": frozenset({OFFICER, REVIEWER}),
    "POST /account/tokens/{number}/revoke": frozenset({OFFICER, REVIEWER}),
}
"""What is open to whose browser; None is a browser in which nobody is logged in."""

TOKEN_ROUTES: dict[str, frozenset[Role]] = {
    "POST /api/check": frozenset({OFFICER, REVIEWER}),
    "GET /api/documents": frozenset({REVIEWER}),
    "GET /api/documents/{number}": frozenset({REVIEWER}),
    "GET /api/version": frozenset({OFFICER, REVIEWER}),
    "GET /api/openapi.json": frozenset({OFFICER, REVIEWER}),
}
"""What is open to programs with a token of such an account, and to no browser."""


def _split(route: str) -> tuple[str, str]:
    """Method and a path to which nothing belongs, so that whoever is let in does no harm."""
    method, path = route.split()
    return method, re.sub(r"\{(\w+)\}", lambda m: "999999" if m[1] != "secret" else "nobodys", path)


def _let_in(client: Client, route: str, form: str | None, **headers: str) -> bool:
    method, path = _split(route)
    data = {} if form is None else {"csrf": form}
    answer = client.request(method, path, data=data if method == "POST" else None, headers=headers)
    assert answer.status_code < 500, (route, answer.status_code)
    sent_away = answer.status_code == 303 and answer.headers["location"].startswith("/login") and path != "/logout"
    return answer.status_code not in (401, 403) and not sent_away


@pytest.fixture(scope="module")
def clients(server: Server) -> dict[Role | None, Client]:
    return {role: server.client(role) for role in (None, *Role)}


def test_the_tables_name_every_route() -> None:
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    there = {f"{method} {route.path}" for route in routes for method in route.methods}
    assert there == set(ROUTES) | set(TOKEN_ROUTES)


@pytest.mark.parametrize("route", ROUTES)
def test_a_browser_gets_what_its_role_allows(route: str, server: Server, clients: dict[Role | None, Client]) -> None:
    for role, client in clients.items():
        if route == "POST /logout":
            client = server.client(role)  # noqa: PLW2901 - the others are needed again
        if not client.form:
            client.page("/login")
        assert _let_in(client, route, client.form) == (role in ROUTES[route]), role


@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("POST")])
def test_no_form_is_taken_but_the_visitors_own(route: str, clients: dict[Role | None, Client]) -> None:
    stale = clients[TRAINEE].form
    for role, client in clients.items():
        assert not _let_in(client, route, None), role
        assert not _let_in(client, route, "made up"), role
        if role is not TRAINEE:
            assert not _let_in(client, route, stale), role


@pytest.mark.parametrize("route", TOKEN_ROUTES)
def test_a_program_gets_what_its_token_allows(route: str, server: Server, clients: dict[Role | None, Client]) -> None:
    program = server.client()
    for role, token in server.tokens.items():
        assert _let_in(program, route, None, authorization=f"Bearer {token}") == (role in TOKEN_ROUTES[route]), role
    assert not _let_in(program, route, None)
    assert not _let_in(program, route, None, authorization="Bearer docscan_made_up")
    for role, client in clients.items():
        assert not _let_in(client, route, client.form), role


@pytest.mark.parametrize("route", ROUTES)
def test_a_token_opens_no_page(route: str, server: Server) -> None:
    if None not in ROUTES[route]:
        token = server.tokens[REVIEWER]
        assert not _let_in(server.client(), route, None, authorization=f"Bearer {token}")


def test_every_answer_keeps_the_browser_from_doing_more(server: Server) -> None:
    for path in ("/login", "/nosuch", "/static/docscan.css", "/api/version"):
        headers = server.client().get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'"), path
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


def test_only_known_names_of_the_server_are_answered(server: Server) -> None:
    assert server.client().get("/login", headers={"host": "evil.example"}).status_code == 400
