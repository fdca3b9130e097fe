"""The trainer's and the trainee's jobs, and that no trainee ever sees who a holder is."""

from __future__ import annotations

import io
import json
import re
import zipfile

import cv2
import numpy as np
import pytest
from live import NAMES, Client, Server
from playwright.sync_api import Page, expect
from test_checkpoint import log_in

from docscan.cases import deciding, lessons, searching
from docscan.cases.accounts import Role
from docscan.cases.deciding import Fraud, Ruling
from docscan.report import Report
from docscan.web import restoring, viewing

TRUTH = {
    "13-portrait-replaced.jpg": (Ruling.FORGED, Fraud.PORTRAIT_SUBSTITUTION),
    "19-mrz-one-digit.jpg": (Ruling.FORGED, Fraud.ALTERATION),
    "22-counterfeit.jpg": (Ruling.FORGED, Fraud.COUNTERFEIT),
    "01-passport.jpg": (Ruling.GENUINE, None),
}


@pytest.fixture(scope="module")
def lesson(server: Server, stocked: dict[str, int]) -> int:
    with server.state.store.writing() as session:
        for file, (ruling, kind) in TRUTH.items():
            deciding.decide(session, stocked[file], ruling, by="class", kind=kind)
        truths = [t for t in lessons.truths(session) if t.document in stocked.values()]
        return lessons.make(session, "<b>Lesson</b>", truths, by="class")


def report_of(server: Server, number: int) -> Report:
    with server.state.store.reading() as session:
        return searching.report(searching.document(session, number))


def positions(server: Server, lesson: int) -> dict[int, int]:
    """Document -> its place in the lesson."""
    with server.state.store.reading() as session:
        return {item.document: item.position for item in lessons.items(session, lesson)}


def opened(server: Server, lesson: int, is_open: str) -> None:
    trainer = server.client(Role.TRAINER)
    assert trainer.submit(f"/training/lessons/{lesson}/open", {"is_open": is_open}).status_code == 303


def test_a_trainer_makes_a_lesson_by_keyboard_alone(
    server: Server, lesson: int, page: Page, violations: list[str]
) -> None:
    log_in(page, server, Role.TRAINER)
    page.keyboard.press("n")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")
    page.wait_for_url("**/training/lessons/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("By keyboard")
    assert page.locator("ul.grid > li").count() == len(TRUTH)
    page.keyboard.press("o")
    expect(page.get_by_role("status")).to_contain_text("trainees see it")
    page.keyboard.press("o")
    expect(page.get_by_role("status")).to_contain_text("only trainers")
    assert not violations


def test_a_trainee_answers_blind_by_keyboard_alone(
    server: Server, stocked: dict[str, int], lesson: int, page: Page, violations: list[str]
) -> None:
    opened(server, lesson, "true")
    position = positions(server, lesson)[stocked["13-portrait-replaced.jpg"]]
    log_in(page, server, Role.TRAINEE)
    page.goto(f"{server.url}/training/quiz/{lesson}/{position}")
    page.wait_for_load_state("networkidle")
    assert page.locator("svg rect").count() == 0
    assert "portrait_substitution" not in page.content().split("<select")[0]
    page.keyboard.press("f")
    page.keyboard.press("w")
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.keyboard.type("Portrait")
    page.keyboard.press("Tab")
    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="The answer")).to_be_visible()
    said = page.locator("dl.answers")
    expect(said).to_contain_text("place found")
    expect(said).to_contain_text("kind right")
    expect(said).to_contain_text("Suspect")
    assert page.locator("svg rect").count() > 0
    page.keyboard.press("n")
    page.wait_for_url(lambda url: not url.endswith(f"/{position}"))
    with server.state.store.reading() as session:
        score = next(s for s in lessons.scores(session, lesson) if s.name == NAMES[Role.TRAINEE])
    assert (score.documents, score.right, score.kinds_right, score.places_right, score.program_right) == (1, 1, 1, 1, 1)
    assert not violations


def test_the_first_answer_counts(server: Server, stocked: dict[str, int], lesson: int) -> None:
    opened(server, lesson, "true")
    trainee = server.client(Role.TRAINEE)
    path = f"/training/quiz/{lesson}/{positions(server, lesson)[stocked['22-counterfeit.jpg']]}"
    assert trainee.submit(path, {"ruling": "genuine"}).status_code == 303
    assert trainee.submit(path, {"ruling": "forged"}).status_code == 303
    assert "genuine" in trainee.page(path).split("You</dt>")[1].split("</dd>")[0]


def test_nothing_of_a_holder_is_in_what_a_trainee_can_open(
    server: Server, stocked: dict[str, int], lesson: int
) -> None:
    opened(server, lesson, "true")
    trainee = server.client(Role.TRAINEE)
    pages = [trainee.page("/training")]
    for file, number in stocked.items():
        if file not in TRUTH:
            continue
        path = f"/training/quiz/{lesson}/{positions(server, lesson)[number]}"
        pages.append(trainee.page(path))
        trainee.submit(path, {"ruling": "forged", "face": "0", "x": "0.5", "y": "0.5"})
        pages.append(trainee.page(path))
        secret = {
            value.replace("<", "")
            for row in report_of(server, number).fields
            if row.name in ("surname", "given_names", "document_number", "personal_number")
            for value in (row.mrz, row.printed)
            if value and len(value) > 3
        }
        assert secret
        for text in pages:
            assert not [value for value in secret if value in text]
        assert "<b>Lesson</b>" not in "".join(pages)
        for forbidden in (f"/review/{number}", f"/review/{number}/face/0/plain", f"/review/{number}/thumbnail"):
            assert trainee.get(forbidden).status_code == 403
    for forbidden in ("", "/handout.pdf", "/dataset.zip"):
        assert trainee.get(f"/training/lessons/{lesson}{forbidden}").status_code == 403


def seen(client: Client, path: str) -> np.ndarray:
    answer = client.get(path)
    assert answer.status_code == 200
    return cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_GRAYSCALE).astype(np.float32)


def test_names_numbers_and_portraits_are_gone_from_the_pixels(
    server: Server, stocked: dict[str, int], lesson: int
) -> None:
    """Where they stand the picture shows no strokes; where the trace lies in the portrait the portrait stays."""
    opened(server, lesson, "true")
    trainee, reviewer = server.client(Role.TRAINEE), server.client(Role.REVIEWER)
    for file, portrait_stays in (("01-passport.jpg", False), ("13-portrait-replaced.jpg", True)):
        number = stocked[file]
        report = report_of(server, number)
        path = server.state.store.pictures.path(report.source.sha256)
        from docscan import templates

        exam = restoring.examination(report, path, templates.load_all([]))
        to_frame, width, _ = viewing.frame(exam, 0)
        registered = exam.registered(0)
        assert registered is not None
        scale = registered.template_face.ppmm * width / registered.template_face.reference.shape[1]
        redacted = seen(trainee, f"/training/quiz/{lesson}/{positions(server, lesson)[number]}/face/0")
        plain = seen(reviewer, f"/review/{number}/face/0/plain")
        assert redacted.shape == plain.shape
        assert to_frame.shape == (3, 3)

        def strokes(picture: np.ndarray, name: str, zones: object = registered, scale: float = scale) -> float:
            zone = zones.template_face.zone(name)  # type: ignore[attr-defined]
            part = zone.box.scaled(scale).crop(picture)
            return float(np.abs(cv2.Laplacian(part, cv2.CV_32F)).mean())

        for name in ("surname", "given_names", "document_number", "personal_number"):
            assert strokes(redacted, name) < 0.35 * strokes(plain, name), name
        assert strokes(redacted, "nationality") > 0.8 * strokes(plain, "nationality")
        assert (strokes(redacted, "portrait") > 0.8 * strokes(plain, "portrait")) == portrait_stays


def test_a_closed_lesson_is_shut(server: Server, lesson: int) -> None:
    opened(server, lesson, "false")
    trainee = server.client(Role.TRAINEE)
    assert f"/training/quiz/{lesson}" not in trainee.page("/training")
    for path in (f"/training/quiz/{lesson}", f"/training/quiz/{lesson}/1", f"/training/quiz/{lesson}/1/face/0"):
        assert trainee.get(path).status_code == 404


def test_a_lesson_becomes_a_handout_and_a_redacted_data_set(server: Server, lesson: int) -> None:
    trainer = server.client(Role.TRAINER)
    assert trainer.get(f"/training/lessons/{lesson}/handout.pdf").content.startswith(b"%PDF-")
    packed = trainer.get(f"/training/lessons/{lesson}/dataset.zip").content
    assert packed == trainer.get(f"/training/lessons/{lesson}/dataset.zip").content
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        rows = [json.loads(line) for line in archive.read("documents.jsonl").splitlines()]
        assert manifest["documents"] == len(rows) == len(TRUTH)
        assert manifest["forged"] == 3
        assert {name for row in rows for name in row["pictures"]} < set(archive.namelist())
    text = json.dumps(rows)
    with server.state.store.reading() as session:
        for item in lessons.items(session, lesson):
            document = searching.document(session, item.document)
            assert document.document_number not in text
            assert not re.search(document.name.split(",")[0], text)
            assert document.scan not in text
