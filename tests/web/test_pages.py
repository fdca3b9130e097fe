"""Every page, seen with a browser: accessible, light, whole in every window and language.

With DOCSCAN_SCREENSHOTS=FOLDER (`scripts/screenshots`) a picture of each page is left there.
"""

from __future__ import annotations

import io
import os
import re
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from live import NAMES, PASSWORD, SAMPLES, Server
from PIL import Image
from playwright.sync_api import Page

from docscan.cases import accounts, deciding, lessons, tables
from docscan.cases.accounts import Role
from docscan.cases.deciding import Fraud, Ruling
from docscan.languages import LANGUAGES

HEAVIEST = 300_000
WINDOWS = ((1366, 768), (820, 1180))
"""A laptop at a counter, and a tablet."""


@pytest.fixture(scope="module")
def pages(server: Server, stocked: dict[str, int]) -> dict[str, tuple[Role | None, str]]:
    """Name -> who opens it, and where it is."""
    store = server.state.store
    flagged, genuine = stocked["13-portrait-replaced.jpg"], stocked["01-passport.jpg"]
    with store.writing() as session:
        deciding.decide(
            session, flagged, Ruling.FORGED, by="anna", kind=Fraud.PORTRAIT_SUBSTITUTION, note="Other face."
        )
        deciding.decide(session, genuine, Ruling.GENUINE, by="anna")
        lesson = lessons.make(session, "Portraits", lessons.truths(session), by="anna")
        lessons.lesson(session, lesson).is_open = True
        asked = {item.document: item for item in lessons.items(session, lesson)}
        trainee = accounts.by_name(store, NAMES[Role.TRAINEE])
        assert trainee is not None
        lessons.answer(
            session,
            asked[flagged],
            trainee.id,
            ruling=Ruling.FORGED,
            kind=str(Fraud.PORTRAIT_SUBSTITUTION),
            place=(0, 0.2, 0.4),
            place_is_right=True,
        )
        answered, open_one = asked[flagged].position, asked[genuine].position
        session.add(tables.Series(id=1, name="Workshop A", found_at=tables.now()))
        session.flush()
        members = sorted(stocked.values())
        session.add_all(tables.SeriesMember(series=1, document=number) for number in members)
        session.add_all(
            tables.Link(one=one, other=other, strength=3.0 + one / 2, evidence="{}") for one, other in pairwise(members)
        )
    officer = server.client(Role.OFFICER)
    checked = {}
    for name in ("13-portrait-replaced.jpg", "01-passport.jpg"):
        with (SAMPLES / name).open("rb") as scan:
            checked[name] = officer.submit("/check", files={"file": (name, scan)}).headers["location"]
    secret = accounts.invite(store, "somebody new", Role.OFFICER, by="tests")
    return {
        "login": (None, "/login"),
        "welcome": (None, f"/welcome/{secret}"),
        "failure": (None, "/nosuch"),
        "checkpoint": (Role.OFFICER, "/"),
        "checked-suspect": (Role.OFFICER, checked["13-portrait-replaced.jpg"]),
        "checked-clear": (Role.OFFICER, checked["01-passport.jpg"]),
        "account": (Role.OFFICER, "/account"),
        "review": (Role.REVIEWER, "/review?outcome="),
        "review-document": (Role.REVIEWER, f"/review/{flagged}"),
        "overview": (Role.REVIEWER, "/overview"),
        "series": (Role.REVIEWER, "/series"),
        "series-network": (Role.REVIEWER, "/series/1"),
        "training": (Role.TRAINER, "/training"),
        "lesson": (Role.TRAINER, f"/training/lessons/{lesson}"),
        "quiz-question": (Role.TRAINEE, f"/training/quiz/{lesson}/{open_one}"),
        "quiz-answer": (Role.TRAINEE, f"/training/quiz/{lesson}/{answered}"),
        "accounts": (Role.ADMINISTRATOR, "/accounts"),
        "audit": (Role.ADMINISTRATOR, "/audit"),
    }


NAMED = [
    "login",
    "welcome",
    "failure",
    "checkpoint",
    "checked-suspect",
    "checked-clear",
    "account",
    "review",
    "review-document",
    "overview",
    "series",
    "series-network",
    "training",
    "lesson",
    "quiz-question",
    "quiz-answer",
    "accounts",
    "audit",
]


def log_in(page: Page, server: Server, role: Role | None) -> None:
    if role is not None:
        page.goto(f"{server.url}/login")
        page.fill("#name", NAMES[role])
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)


def test_all_pages_are_named(pages: dict[str, tuple[Role | None, str]]) -> None:
    assert list(pages) == NAMED


@pytest.mark.parametrize("name", NAMED)
def test_a_page_is_accessible_light_and_whole(
    name: str, pages: dict[str, tuple[Role | None, str]], server: Server, page: Page, violations: list[str]
) -> None:
    role, path = pages[name]
    weights: dict[str, int] = {}

    def weigh(answer: object) -> None:
        kind = answer.headers.get("content-type", "")  # type: ignore[attr-defined]
        if not kind.startswith(("image/jpeg", "image/png")) and answer.ok:  # type: ignore[attr-defined]
            weights[answer.url] = len(answer.body())  # type: ignore[attr-defined]

    log_in(page, server, role)
    page.on("response", weigh)
    page.goto(server.url + path)
    page.wait_for_load_state("networkidle")
    folder = os.environ.get("DOCSCAN_SCREENSHOTS")
    if folder:
        with Image.open(io.BytesIO(page.screenshot())) as seen:
            seen.convert("RGB").save(Path(folder) / f"{name}.webp", quality=82, method=6)
    assert sum(weights.values()) < HEAVIEST, weights
    found = Axe().run(page).response["violations"]
    grave = [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found if v["impact"] in ("serious", "critical")]
    assert not grave
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is {wide} pixels wider than a window of {width}"
    refused = [text for text in violations if "404" not in text]
    assert not refused


SAID_IN_ENGLISH = ("login", "welcome", "failure", "audit")
"""Pages without an account, which the browser's language decides, and the trail, which is a record."""


@pytest.mark.parametrize("name", [name for name in NAMED if name not in SAID_IN_ENGLISH])
def test_no_page_leaves_a_sentence_in_english(
    name: str, pages: dict[str, tuple[Role | None, str]], server: Server
) -> None:
    role, path = pages[name]
    client = server.client(role)
    client.cookies.set("language", "ta")
    texts = re.split(r"<[^>]*>|[\w-]+=\"|\"", client.page(path).split("<main")[1])
    said = [text for text in texts if not text.endswith(".jpg")]
    assert not [text for text in said if len(re.findall(r"\b[a-z]{3,}\b", text)) > 2]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_page_speaks_the_language_that_was_chosen(
    code: str, pages: dict[str, tuple[Role | None, str]], server: Server, page: Page
) -> None:
    role, path = pages["checked-suspect"]
    log_in(page, server, role)
    page.goto(server.url + path)
    if code != "en":
        with page.expect_navigation():
            page.select_option("#language", code)
    assert page.evaluate("document.documentElement.lang") == code
    said = page.locator("main").inner_text()
    assert ("Why, the gravest first" in said) == (code == "en")
    assert ("The ghost portrait does not show the face of the portrait." in said) == (code == "en")
    folder = os.environ.get("DOCSCAN_SCREENSHOTS")
    if folder:
        with Image.open(io.BytesIO(page.screenshot())) as seen:
            seen.convert("RGB").save(Path(folder) / f"checked-{code}.webp", quality=82, method=6)
