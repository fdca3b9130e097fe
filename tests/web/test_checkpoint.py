"""The officer's job in a browser, from login to result, by keyboard alone."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from live import NAMES, PASSWORD, SAMPLES, Server
from PIL import Image
from playwright.sync_api import Page, expect

from docscan.cases import searching
from docscan.cases.accounts import Role

FLAGGED, CLEAR = SAMPLES / "13-portrait-replaced.jpg", SAMPLES / "01-passport.jpg"


def log_in(page: Page, server: Server, role: Role) -> None:
    """By keyboard alone: the name's field has the focus."""
    page.goto(f"{server.url}/login")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(NAMES[role])
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.wait_for_load_state()


def hand_in(page: Page, file: Path) -> None:
    # Whoever listens first has the browser hand choosers over; told with the key itself, it may open one for nobody.
    page.on("filechooser", lambda _: None)
    page.evaluate("document.readyState")
    with page.expect_file_chooser(timeout=60_000) as chooser:
        page.keyboard.press("f")
    chooser.value.set_files(file)
    page.wait_for_url("**/checked/**", timeout=120_000)


def kept(server: Server) -> int:
    with server.state.store.reading() as session:
        return searching.count(session)


def test_a_suspect_is_referred_by_keyboard_alone(server: Server, page: Page, violations: list[str]) -> None:
    before = kept(server)
    log_in(page, server, Role.OFFICER)
    hand_in(page, FLAGGED)
    expect(page.get_by_role("heading", level=1)).to_have_text("Suspect")
    assert page.locator("ol.reasons > li").count() == 3
    assert page.locator("ol.reasons").get_by_alt_text("the same place on genuine documents").count() >= 1
    for picture in page.locator("main img").all():
        assert picture.evaluate("i => i.complete && i.naturalWidth > 0")
    assert kept(server) == before
    page.keyboard.press("e")
    page.keyboard.type("<script>alert(1)</script> Look at the ghost.")
    page.keyboard.press("Tab")
    page.keyboard.press("r")
    expect(page.get_by_text("Referred as document")).to_be_visible()
    assert kept(server) == before + 1
    sheet = page.request.get(f"{page.url}/sheet.pdf")
    assert sheet.body().startswith(b"%PDF-")
    assert not violations


def test_a_clear_document_is_passed_on_and_nothing_is_stored(server: Server, page: Page) -> None:
    before = kept(server)
    log_in(page, server, Role.OFFICER)
    hand_in(page, CLEAR)
    expect(page.get_by_role("heading", level=1)).to_have_text("Clear")
    expect(page.get_by_text(re.compile("Valid until|Expired on"))).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_role("status")).to_have_text("Passed on.")
    assert kept(server) == before
    assert not [p for p in server.state.results.folder.iterdir() if p.stat().st_size == CLEAR.stat().st_size]


def test_a_bad_picture_is_taken_again_before_any_suspicion(server: Server, page: Page, tmp_path: Path) -> None:
    with Image.open(CLEAR) as picture:
        picture.convert("L").point(lambda v: v // 24).save(tmp_path / "dark.png")
    log_in(page, server, Role.OFFICER)
    hand_in(page, tmp_path / "dark.png")
    expect(page.get_by_role("heading", level=1)).to_have_text("Unreadable")
    expect(page.locator("ul.retake")).to_contain_text("ake it again")
    expect(page.get_by_text("Likelihood")).to_have_count(0)
    page.keyboard.press("t")
    expect(page.get_by_role("status")).to_contain_text("Take it again.")


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_a_picture_is_dropped_or_pasted_anywhere(server: Server, page: Page, way: str, violations: list[str]) -> None:
    log_in(page, server, Role.OFFICER)
    content = base64.b64encode(CLEAR.read_bytes()).decode()
    page.evaluate(_GIVE, [way, content])
    page.wait_for_url("**/checked/**", timeout=120_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Clear")
    assert not violations


_GIVE = """([way, content]) => {
    const given = new DataTransfer();
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    given.items.add(new File([bytes], "scan.jpg", { type: "image/jpeg" }));
    const event = way === "drop"
        ? new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true })
        : new ClipboardEvent("paste", { clipboardData: given, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
}"""


def test_a_picture_is_taken_with_the_camera(server: Server, page: Page, violations: list[str]) -> None:
    """By keyboard alone; the browser's make-believe camera shows a test pattern, which is no document."""
    log_in(page, server, Role.OFFICER)
    page.keyboard.press("c")
    expect(page.locator("[data-shoot]")).to_be_focused(timeout=30_000)
    page.wait_for_function("document.querySelector('.camera video').videoWidth > 0")
    page.keyboard.press("Enter")
    page.wait_for_url("**/checked/**", timeout=120_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Unreadable")
    assert not violations


def test_single_keys_can_be_turned_off(server: Server, page: Page) -> None:
    log_in(page, server, Role.OFFICER)
    page.keyboard.press("?")
    assert not page.locator("kbd").first.is_visible()
    page.keyboard.press("?")
    assert page.locator("kbd").first.is_visible()


def test_a_scan_that_the_scanner_writes_opens_by_itself(
    serve: Callable[..., Server], page: Page, tmp_path: Path
) -> None:
    (tmp_path / "old.jpg").write_bytes(CLEAR.read_bytes())
    server = serve(watch=tmp_path)
    log_in(page, server, Role.OFFICER)
    content = CLEAR.read_bytes()
    with (tmp_path / "scan.jpg").open("wb") as scanner:
        scanner.write(content[: len(content) // 2])
        scanner.flush()
        page.wait_for_timeout(1500)
        assert not server.state.results.watched()
        scanner.write(content[len(content) // 2 :])
    page.wait_for_url("**/checked/**", timeout=120_000)
    expect(page.get_by_text("scan.jpg")).to_be_visible()
    (tmp_path / "note.txt").write_text("no picture")
    page.goto(server.url)
    expect(page.get_by_text("note.txt")).to_be_visible(timeout=30_000)


def test_an_officer_sees_no_other_officers_results(server: Server) -> None:
    mine, other = server.client(Role.OFFICER), server.client(Role.REVIEWER)
    with FLAGGED.open("rb") as scan:
        answer = mine.submit("/check", files={"file": ("x.jpg", scan)})
    assert answer.status_code == 303
    assert mine.get(answer.headers["location"]).status_code == 200
    for path in ("", "/face/0", "/reason/1/0/seen", "/sheet.pdf"):
        assert other.get(answer.headers["location"] + path).status_code == 404
    mine.page("/")
    assert mine.submit(f"{answer.headers['location']}/pass").status_code == 303


def test_text_from_outside_shows_as_text(server: Server) -> None:
    client = server.client(Role.OFFICER)
    name = '<script>alert(1)</script>=HYPERLINK("x")\u202e.txt'
    answer = client.submit("/check", files={"file": (name, io.BytesIO(b"no picture"))})
    assert answer.status_code == 415
    assert "<script>alert" not in answer.text
    assert "\u202e" not in answer.text
    assert "script&gt;=HYPERLINK(%22x%22)‹U+202E›.txt" in answer.text


def test_a_number_on_the_watchlist_is_flagged(serve: Callable[..., Server], tmp_path: Path) -> None:
    listed = tmp_path / "watchlist.csv"
    listed.write_text("state,type,first,last,kind\nUTO,P,S9518724,,stolen\n", encoding="utf-8")
    client = serve(watchlist=listed).client(Role.OFFICER)
    with CLEAR.open("rb") as scan:
        path = client.submit("/check", files={"file": ("x.jpg", scan)}).headers["location"]
    page = client.page(path)
    assert ">Refer</h1>" in page
    assert "stolen" in page
