"""The classroom: lessons made of reviewed documents, a blind quiz, scores, a handout, a data set.

Whoever learns here gets redacted pictures alone (`redaction`), and of what the program found nothing that a document
says (`Language.masked`).
"""

from __future__ import annotations

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from docscan.cases import audit, lessons, searching, tables
from docscan.cases.accounts import Account, Role
from docscan.cases.deciding import Fraud, Ruling
from docscan.cases.lessons import Truth
from docscan.cases.searching import Filter
from docscan.document import Decision
from docscan.reporting import annotate
from docscan.web import dataset, jobs
from docscan.web.failures import Failed
from docscan.web.rendering import language_of, page
from docscan.web.roles import Allow, account_of, visited
from docscan.web.rooms import LEARNERS, TRAINERS
from docscan.web.state import State, state_of
from docscan.web.viewing import FaceView

router = APIRouter(prefix="/training", dependencies=[Depends(Allow(*LEARNERS))], include_in_schema=False)
desk = APIRouter(prefix="/training/lessons", dependencies=[Depends(Allow(*TRAINERS))], include_in_schema=False)

NEAR = 0.03
"""How far beside a rectangle a place still counts as found: share of the face's width."""
_Name = Annotated[str, Form(min_length=1, max_length=120)]
_Short = Annotated[str, Form(max_length=64)]
_Share = Annotated[float | None, Form(ge=0, le=1)]


@router.get("")
async def classroom(request: Request) -> Response:
    state, account = state_of(request), account_of(request)

    def read() -> dict[str, Any]:
        with state.store.reading() as session:
            wanted = sa.select(tables.Lesson).order_by(tables.Lesson.id.desc())
            if account.role is Role.TRAINEE:
                wanted = wanted.where(tables.Lesson.is_open)
            known = list(session.scalars(wanted))
            everybody = None if account.role is Role.TRAINER else account.id
            return {
                "lessons": [
                    (one, len(lessons.items(session, one.id)), len(lessons.answers(session, one.id, account.id)))
                    for one in known
                ],
                "scores": lessons.scores(session, account=everybody),
                "by_kind": lessons.scores_by_kind(session, account=everybody),
                "states": sorted(set(session.scalars(sa.select(tables.Document.state).distinct())) - {""})
                if account.role is Role.TRAINER
                else [],
            }

    return await page(request, "training", frauds=tuple(Fraud), **await run_in_threadpool(read))


@desk.post("")
async def make_lesson(
    request: Request,
    name: _Name,
    kind: _Short = "",
    state_code: _Short = "",
    truth: _Short = "",
    most: Annotated[int, Form(ge=1, le=lessons.MOST)] = 20,
) -> Response:
    state, account = state_of(request), account_of(request)

    def write() -> int:
        with state.store.writing() as session:
            found = lessons.truths(session, searching.conditions(Filter(state=state_code)))
            chosen = [t for t in found if (not truth or t.ruling == truth) and (not kind or t.kind == kind)]
            return lessons.make(session, name, _mixed(chosen)[:most], by=account.name)

    return RedirectResponse(f"/training/lessons/{await run_in_threadpool(write)}", status_code=303)


@desk.get("/{number}")
async def lesson(request: Request, number: int) -> Response:
    state = state_of(request)

    def read() -> dict[str, Any]:
        with state.store.reading() as session:
            return {
                "lesson": lessons.lesson(session, number),
                "items": lessons.items(session, number),
                "scores": lessons.scores(session, number),
                "by_kind": lessons.scores_by_kind(session, number),
            }

    return await page(request, "lesson", **await run_in_threadpool(read))


@desk.post("/{number}/open")
async def open_lesson(request: Request, number: int, is_open: Annotated[bool, Form()]) -> Response:
    state, account = state_of(request), account_of(request)

    def write() -> None:
        with state.store.writing() as session:
            lessons.lesson(session, number).is_open = is_open
            audit.append(session, "lesson", f"lesson {number}", by=account.name, details={"open": is_open})

    await run_in_threadpool(write)
    return RedirectResponse(f"/training/lessons/{number}", status_code=303)


@desk.get("/{number}/handout.pdf")
async def handout(request: Request, number: int) -> Response:
    """The lesson on paper: pictures first, answers at the end."""
    state = state_of(request)
    said_in = language_of(request, await visited(request))

    def read() -> tuple[str, list[tables.LessonItem]]:
        with state.store.reading() as session:
            return lessons.lesson(session, number).name, lessons.items(session, number)

    name, items = await run_in_threadpool(read)
    pages = []
    for item in items:
        views = await state.gallery.redacted(item.document)
        pages.append((item.position, views, item.ruling, item.kind, await _found(state, item.document)))
    made = await state.workers.run(jobs.handout_pdf, name, pages, said_in.code)
    return Response(made, media_type="application/pdf", headers={"Content-Disposition": "inline; filename=lesson.pdf"})


@desk.get("/{number}/dataset.zip")
async def export(request: Request, number: int) -> Response:
    """The lesson's documents as a redacted data set: pictures without holders, measures, what the reviewers held."""
    state, account = state_of(request), account_of(request)
    packed = await dataset.pack(state, number, by=account.name)
    headers = {"Content-Disposition": f"attachment; filename=docscan-lesson-{number}.zip"}
    return Response(packed, media_type="application/zip", headers=headers)


@router.get("/quiz/{number}")
async def quiz(request: Request, number: int) -> Response:
    """The first document that was not answered yet."""
    state, account = state_of(request), account_of(request)

    def read() -> int | None:
        with state.store.reading() as session:
            _open_to(session, account, number)
            answered = lessons.answers(session, number, account.id)
            return next((i.position for i in lessons.items(session, number) if i.position not in answered), None)

    position = await run_in_threadpool(read)
    return RedirectResponse(f"/training/quiz/{number}/{position}" if position else "/training", status_code=303)


@router.get("/quiz/{number}/{position}")
async def question(request: Request, number: int, position: int) -> Response:
    state, account = state_of(request), account_of(request)

    def read() -> dict[str, Any]:
        with state.store.reading() as session:
            one = _open_to(session, account, number)
            item = lessons.item(session, number, position)
            items = lessons.items(session, number)
            answered = lessons.answers(session, number, account.id)
            return {
                "lesson": one,
                "item": item,
                "answer": answered.get(position),
                "count": len(items),
                "left": len(items) - len(answered),
            }

    shown = await run_in_threadpool(read)
    views = await state.gallery.redacted(shown["item"].document)
    found = await _found(state, shown["item"].document) if shown["answer"] else None
    return await page(request, "quiz", views=views, found=found, frauds=tuple(Fraud), **shown)


@router.get("/quiz/{number}/{position}/face/{face}")
async def picture(request: Request, number: int, position: int, face: int) -> Response:
    state, account = state_of(request), account_of(request)

    def read() -> int:
        with state.store.reading() as session:
            _open_to(session, account, number)
            return lessons.item(session, number, position).document

    views = await state.gallery.redacted(await run_in_threadpool(read))
    if not 0 <= face < len(views):
        raise Failed(404, "There is no such page.")
    return Response(views[face].plain, media_type="image/jpeg")


@router.post("/quiz/{number}/{position}")
async def answer(
    request: Request,
    number: int,
    position: int,
    ruling: Annotated[Ruling, Form()],
    kind: _Short = "",
    face: Annotated[int | None, Form(ge=0, le=1)] = None,
    x: _Share = None,
    y: _Share = None,
) -> Response:
    state, account = state_of(request), account_of(request)
    if ruling not in (Ruling.FORGED, Ruling.GENUINE):
        raise Failed(400, "Say forged or genuine.")

    def read() -> tables.LessonItem:
        with state.store.reading() as session:
            _open_to(session, account, number)
            return lessons.item(session, number, position)

    item = await run_in_threadpool(read)
    views = await state.gallery.redacted(item.document)
    place = (face, x, y) if face is not None and x is not None and y is not None else None
    hit = _hit(views, place)

    def write() -> None:
        with state.store.writing() as session:
            lessons.answer(
                session,
                item,
                account.id,
                ruling=ruling,
                kind=kind if ruling is Ruling.FORGED and kind in set(Fraud) else "",
                place=place,
                place_is_right=hit,
            )

    await run_in_threadpool(write)
    return RedirectResponse(f"/training/quiz/{number}/{position}", status_code=303)


async def _found(state: State, number: int) -> dict[str, Any]:
    """What the program said of a document: nothing in it is from the document itself."""

    def read() -> dict[str, Any]:
        with state.store.reading() as session:
            report = searching.report(searching.document(session, number))
        return {
            "outcome": report.verdict.outcome,
            "reasons": [
                (reason.message, annotate.certain(report, reason))
                for reason in report.verdict.reasons
                if report.verdict.outcome is not Decision.UNREADABLE
            ],
        }

    return await run_in_threadpool(read)


def _open_to(session: Session, account: Account, number: int) -> tables.Lesson:
    """The lesson, if this account may see it. Raises NoSuchRecord, Failed."""
    found = lessons.lesson(session, number)
    if account.role is Role.TRAINEE and not found.is_open:
        raise Failed(404, "There is no such page.")
    return found


def _mixed(chosen: list[Truth]) -> list[Truth]:
    """Forged and genuine in an order that tells nothing, the same each time."""
    return sorted(chosen, key=lambda truth: tables.digest(f"lesson {truth.document}"))


def _hit(views: tuple[FaceView, ...], place: tuple[int, float, float] | None) -> bool | None:
    """Whether the place lies in one of the program's rectangles; None where there is none."""
    if not any(view.marks for view in views):
        return None
    if place is None or place[0] >= len(views):
        return False
    face, x, y = place
    view = views[face]
    near_y = NEAR * view.width / view.height
    return any(
        m.x - NEAR <= x <= m.x + m.width + NEAR and m.y - near_y <= y <= m.y + m.height + near_y for m in view.marks
    )
