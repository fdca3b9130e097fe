"""The reviewer's job in a browser, by keyboard alone, and what two reviewers make of one document."""

from __future__ import annotations

from live import NAMES, Server, drawn, files_of
from playwright.sync_api import Page, expect
from test_checkpoint import log_in

from docscan.cases import accounts, deciding, saving, searching, verifying
from docscan.cases.accounts import Role
from docscan.cases.deciding import Ruling
from docscan.cases.engines import Engine
from docscan.web.desk import Standing, View, standing


def decisions(server: Server, number: int) -> list[tuple[str, str, str]]:
    with server.state.store.reading() as session:
        return [(d.by, d.ruling, d.kind) for d in deciding.decisions(session, number)]


def test_a_document_is_looked_at_and_decided_by_keyboard_alone(
    server: Server, stocked: dict[str, int], page: Page, violations: list[str]
) -> None:
    log_in(page, server, Role.REVIEWER)
    page.goto(f"{server.url}/review?outcome=suspect")  # decided or not: other tests decide, too
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/*view=*")
    page.wait_for_load_state("networkidle")
    number = int(page.url.split("/review/")[1].split("?")[0])
    other = page.locator("[data-pane-other] img").first
    assert not other.is_visible()
    page.keyboard.press("2")
    expect(other).to_be_visible()
    drawn(other)
    page.keyboard.press("+")
    moved = "[...document.querySelectorAll('[data-face-of]:not([hidden]) [data-sheet]')].map(s => s.style.transform)"
    transforms = page.evaluate(moved)
    assert len(transforms) == 2
    assert transforms[0] == transforms[1] != "translate(0px, 0px) scale(1)"
    page.keyboard.press("h")
    drawn(page.locator("[data-heat]").first)
    page.keyboard.press("3")
    expect(page.locator("[data-over]").first).to_be_visible()
    page.keyboard.press("f")
    page.keyboard.press("k")
    page.keyboard.type("Alt")
    page.keyboard.press("Tab")
    page.keyboard.type("<script>alert(1)</script> seen on screen")
    page.keyboard.press("Tab")
    page.keyboard.type("=HYPERLINK(1), second")
    page.keyboard.press("Tab")
    page.keyboard.press("d")
    page.wait_for_url(lambda url: f"/review/{number}?" not in url)
    assert decisions(server, number)[-1] == (NAMES[Role.REVIEWER], "forged", "alteration")
    page.goto(f"{server.url}/review/{number}")
    expect(page.get_by_text("<script>alert(1)</script> seen on screen")).to_be_visible()
    expect(page.get_by_text("=HYPERLINK(1)")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_text("withdrawn").first).to_be_visible()
    assert decisions(server, number)[-1][1] == "withdrawn"
    assert not violations


def test_a_filter_is_kept_and_counts_are_told(server: Server, stocked: dict[str, int]) -> None:
    client = server.client(Role.REVIEWER)
    everything = client.page("/review?outcome=")
    with server.state.store.reading() as session:
        assert f"{searching.count(session)} documents" in everything
    one = client.page("/review?outcome=&number=L5861934")
    assert f"/review/{stocked['13-portrait-replaced.jpg']}?" in one
    assert f"/review/{stocked['01-passport.jpg']}?" not in one
    assert (
        client.submit("/review/filters", {"name": "<b>mine", "query": "outcome=suspect&state=UTO"}).status_code == 303
    )
    assert "&lt;b&gt;mine" in client.page("/review")
    assert "&lt;b&gt;mine" not in server.client(Role.REVIEWER).page("/account")


def test_genuine_on_a_suspect_needs_two_and_disagreement_is_listed(server: Server, stocked: dict[str, int]) -> None:
    store = server.state.store
    with store.writing() as session:
        report = searching.report(searching.document(session, stocked["13-portrait-replaced.jpg"]))
        number = saving.save(session, report, Engine({"docscan": "another"}, {}), by="tests").document
    if accounts.by_name(store, "second") is None:
        secret = accounts.invite(store, "second", Role.REVIEWER, by="tests")
        invited = accounts.invited(store, secret)
        assert invited is not None
        accounts.set_password(store, invited.id, "another long password", by="tests")
    first, second = server.client(Role.REVIEWER), server.client()
    second.login("second", "another long password")
    listed = f"/review/{number}?"

    def lies_in(standing: Standing) -> bool:
        return listed in first.page(f"/review?outcome=&standing={standing}")

    assert first.submit(f"/review/{number}/decide", {"ruling": "genuine"}).status_code == 303
    assert lies_in(Standing.SECOND)
    assert (
        second.submit(f"/review/{number}/decide", {"ruling": "forged", "kind": "portrait_substitution"}).status_code
        == 303
    )
    assert lies_in(Standing.DISAGREED)
    assert second.submit(f"/review/{number}/decide", {"ruling": "genuine"}).status_code == 303
    assert lies_in(Standing.DECIDED)
    for client in (first, second):
        assert client.submit(f"/review/{number}/undo").status_code == 303
        assert client.submit(f"/review/{number}/undo").status_code == 400
    assert lies_in(Standing.OPEN)
    with store.reading() as session:
        assert not list(verifying.verify(session))


def test_how_far_persons_have_decided() -> None:
    genuine, forged = str(Ruling.GENUINE), str(Ruling.FORGED)
    assert standing("suspect", {}, True) is Standing.OPEN
    assert standing("suspect", {"a": genuine}, True) is Standing.SECOND
    assert standing("suspect", {"a": genuine}, False) is Standing.DECIDED
    assert standing("refer", {"a": genuine}, True) is Standing.DECIDED
    assert standing("suspect", {"a": genuine, "b": genuine}, True) is Standing.DECIDED
    assert standing("suspect", {"a": genuine, "b": forged}, True) is Standing.DISAGREED


def test_a_view_comes_back_from_its_address() -> None:
    for query in (
        "",
        "outcome=",
        "outcome=suspect&state=UTO&standing=second&since=2026-01-01&series=3",
        "outcome=x&page=z",
    ):
        view = View.of(query)
        assert View.of(view.query()) == View(view.wanted, view.standing)


def test_pictures_of_what_is_not_there_are_not_found(server: Server, stocked: dict[str, int]) -> None:
    client, number = server.client(Role.REVIEWER), files_of(stocked)[0]
    assert client.get(f"/review/{number}/face/0/plain").status_code == 200
    for path in (f"{number}/face/9/plain", f"{number}/face/0/secret", "999999", "999999/thumbnail"):
        assert client.get(f"/review/{path}").status_code == 404
    assert client.get(f"/review/{number}/report.pdf").content.startswith(b"%PDF-")
