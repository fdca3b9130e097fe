"""The officer's page: one document, one outcome, three keys."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from docscan.reporting.page import Picture, Sheet
from docscan.web import calibration, jobs, keeping, receiving, validity
from docscan.web.failures import Failed
from docscan.web.rendering import language_of, page
from docscan.web.results import Result
from docscan.web.roles import Allow, account_of, visited
from docscan.web.rooms import EXAMINERS
from docscan.web.state import State, state_of

router = APIRouter(dependencies=[Depends(Allow(*EXAMINERS))], include_in_schema=False)

T = TypeVar("T")

MOST_REASONS = 3
_SAID = {"pass": "Passed on.", "retake": "Nothing was kept. Take it again."}
Note = Annotated[str, Form(max_length=2000)]


@router.get("/")
async def start(request: Request, said: str = "") -> Response:
    state = state_of(request)
    return await page(
        request,
        "checkpoint",
        said=_SAID.get(said, ""),
        settings=state.settings,
        **_watched(state),
    )


@router.post("/check")
async def check(request: Request) -> Response:
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise Failed(400, "No file came.", "Choose a picture or a PDF.")
    state, account = state_of(request), account_of(request)
    result = await receiving.receive(state, file, owner=account.id, by=account.name)
    return RedirectResponse(f"/checked/{result.id}/1", status_code=303)


@router.get("/watched")
async def watched(request: Request, known: str = "") -> Response:
    """Asked by a page every second: what the watched folder brought since what it shows."""
    shown = _watched(state_of(request))
    return Response(status_code=204) if shown["known"] == known else await page(request, "watched", **shown)


@router.get("/checked/{id}/{number}")
async def checked(request: Request, id: str, number: int) -> Response:
    state = state_of(request)
    result, sheet = _sheet(request, id, number)
    report = sheet.report
    return await page(
        request,
        "checked",
        result=result,
        sheet=sheet,
        report=report,
        number=number,
        reasons=sheet.reasons[:MOST_REASONS],
        calibrated=calibration.of(report, state.settings.calibration_floor),
        dates=validity.of(report),
        done=result.done.get(number, ""),
        next_open=result.next_open(number),
    )


@router.get("/checked/{id}/{number}/face/{face}")
def face_picture(request: Request, id: str, number: int, face: int) -> Response:
    return _picture(_at(_sheet(request, id, number)[1].pictures, face))


@router.get("/checked/{id}/{number}/reason/{reason}/{place}/{side}")
def place_picture(request: Request, id: str, number: int, reason: int, place: int, side: str) -> Response:
    found = _at(_at(_sheet(request, id, number)[1].reasons, reason - 1).places, place)
    return _picture(found.genuine if side == "genuine" and found.genuine else found.seen)


@router.get("/checked/{id}/{number}/sheet.pdf")
async def sheet_pdf(request: Request, id: str, number: int) -> Response:
    """The referral sheet, for print: the page of the report, as PDF."""
    sheet = _sheet(request, id, number)[1]
    said_in = language_of(request, await visited(request))
    made = await state_of(request).workers.run(jobs.pdf, (sheet,), said_in.code)
    return Response(made, media_type="application/pdf", headers={"Content-Disposition": "inline; filename=docscan.pdf"})


@router.post("/checked/{id}/{number}/pass")
async def pass_on(request: Request, id: str, number: int) -> Response:
    return _done(request, *_sheet(request, id, number), number, "pass")


@router.post("/checked/{id}/{number}/retake")
async def retake(request: Request, id: str, number: int) -> Response:
    return _done(request, *_sheet(request, id, number), number, "retake")


@router.post("/checked/{id}/{number}/refer")
async def refer(request: Request, id: str, number: int, note: Note = "") -> Response:
    state, account = state_of(request), account_of(request)
    result, sheet = _sheet(request, id, number)
    if number not in result.done:
        referral = await run_in_threadpool(keeping.refer, state, result, sheet, by=account.name, note=note)
        state.results.refer(result, number, referral)
    return RedirectResponse(f"/checked/{id}/{number}", status_code=303)


def _watched(state: State) -> dict[str, Any]:
    """What came from the watched folder and waits for an officer; `known` changes when that does."""
    watched = tuple(result for result in state.results.watched() if result.next_open(0))
    known = f"{watched[0].id if watched else ''} {state.notices.count}"
    return {"watched": watched, "notices": state.notices.last(), "known": known}


def _done(request: Request, result: Result, sheet: Sheet, number: int, done: str) -> Response:
    state: State = state_of(request)
    result.done.setdefault(number, done)
    following = result.next_open(number)
    if following is not None:
        return RedirectResponse(f"/checked/{result.id}/{following}", status_code=303)
    if "refer" not in result.done.values():
        state.results.drop(result)
    return RedirectResponse(f"/?said={done}", status_code=303)


def _sheet(request: Request, id: str, number: int) -> tuple[Result, Sheet]:
    result = state_of(request).results.get(id, account_of(request).id)
    if result is None:
        raise Failed(404, "This result is no longer kept.", "Hand the document in again.")
    return result, _at(result.sheets, number - 1)


def _at(items: tuple[T, ...], place: int) -> T:
    if not 0 <= place < len(items):
        raise Failed(404, "There is no such page.")
    return items[place]


def _picture(picture: Picture) -> Response:
    return Response(picture.jpeg, media_type="image/jpeg")
