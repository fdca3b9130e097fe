"""The reviewer's desk: what was flagged, looked at closely, and decided."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import sqlalchemy as sa
from fastapi import APIRouter, BackgroundTasks, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from docscan.cases import deciding, searching, tables
from docscan.cases.deciding import Fraud, Ruling
from docscan.document import Outcome
from docscan.errors import DocscanError
from docscan.report import Report
from docscan.reporting import annotate
from docscan.web import desk, jobs, measures
from docscan.web.desk import Standing, View
from docscan.web.failures import Failed
from docscan.web.rendering import language_of, page
from docscan.web.roles import Allow, account_of, visited
from docscan.web.rooms import REVIEWERS
from docscan.web.state import State, state_of
from docscan.web.workers import WorkFailed

router = APIRouter(prefix="/review", dependencies=[Depends(Allow(*REVIEWERS))], include_in_schema=False)

_MOST_FILTERS = 50
_Query = Annotated[str, Form(max_length=2000)]
_Asked = Annotated[str, Query(max_length=2000)]


@router.get("")
async def grid(request: Request) -> Response:
    state, account = state_of(request), account_of(request)
    view = View.of(request.url.query)
    two = state.settings.two_reviewers

    def read() -> dict[str, Any]:
        with state.store.reading() as session:
            saved = sa.select(tables.SavedFilter).where(tables.SavedFilter.account == account.id)
            return {
                "entries": desk.entries(session, view, two_reviewers=two),
                "total": desk.count(session, view, two_reviewers=two),
                "counts": desk.counts(session, view, two_reviewers=two),
                "states": desk.states(session),
                "checks": desk.reasons(session),
                "saved": list(session.scalars(saved.order_by(tables.SavedFilter.name))),
            }

    shown = await run_in_threadpool(read)
    parts = "review_found" if request.headers.get("hx-target") == "found" else "review"
    return await page(request, parts, view=view, standings=tuple(Standing), per_page=desk.PAGE, **shown)


@router.post("/filters")
async def save_filter(
    request: Request, name: Annotated[str, Form(min_length=1, max_length=64)], query: _Query
) -> Response:
    state, account = state_of(request), account_of(request)
    kept = View.of(query).query()

    def write() -> None:
        table = tables.SavedFilter
        with state.store.writing() as session:
            mine = sa.select(sa.func.count()).where(table.account == account.id)
            session.execute(sa.delete(table).where(table.account == account.id, table.name == name))
            if session.execute(mine).scalar_one() >= _MOST_FILTERS:
                raise Failed(400, "No more filters can be kept.", "Delete one first.")
            session.add(table(account=account.id, name=name, query=kept))

    await run_in_threadpool(write)
    return RedirectResponse(f"/review?{kept}", status_code=303)


@router.post("/filters/{number}/delete")
async def delete_filter(request: Request, number: int) -> Response:
    state, account = state_of(request), account_of(request)

    def write() -> None:
        table = tables.SavedFilter
        with state.store.writing() as session:
            session.execute(sa.delete(table).where(table.id == number, table.account == account.id))

    await run_in_threadpool(write)
    return RedirectResponse("/review", status_code=303)


@router.get("/{number}")
async def document(request: Request, number: int, background: BackgroundTasks, view: _Asked = "") -> Response:
    state, account = state_of(request), account_of(request)
    asked, two = View.of(view), state.settings.two_reviewers

    def read() -> dict[str, Any]:
        with state.store.reading() as session:
            found = searching.document(session, number)
            standing = deciding.standing(session, number)
            rulings = {decision.by: decision.ruling for decision in standing}
            return {
                "document": found,
                "report": searching.report(found),
                "history": desk.history(session, number),
                "standing": desk.standing(found.outcome, rulings, two),
                "mine": rulings.get(account.name, ""),
                "siblings": desk.siblings(session, number),
                "following": desk.following(session, asked, number, account.name, two_reviewers=two),
            }

    shown = await run_in_threadpool(read)
    views = await state.gallery.views(number)
    report = shown["report"]
    if shown["following"] is not None:
        background.add_task(_prepare, state, shown["following"])
    made = await page(
        request,
        "review_document",
        views=views,
        view=asked.query(),
        certain=[annotate.certain(report, reason) for reason in report.verdict.reasons],
        measured=measures.of(report),
        findings=Counter((f.check, f.outcome, f.message) for f in report.findings if f.outcome != Outcome.NOT_DONE),
        frauds=tuple(Fraud),
        **shown,
    )
    made.background = background
    return made


@router.get("/{number}/thumbnail")
async def thumbnail(request: Request, number: int) -> Response:
    return Response(await state_of(request).gallery.thumbnail(number), media_type="image/jpeg")


@router.get("/{number}/face/{face}/{layer}")
async def layer(request: Request, number: int, face: int, layer: str) -> Response:
    """`layer`: plain, genuine or heat."""
    views = await state_of(request).gallery.views(number)
    if not 0 <= face < len(views):
        raise Failed(404, "There is no such page.")
    drawn = {"plain": views[face].plain, "genuine": views[face].genuine, "heat": views[face].heat}.get(layer)
    if drawn is None:
        raise Failed(404, "There is no such page.")
    return Response(drawn, media_type="image/png" if layer == "heat" else "image/jpeg")


@router.get("/{number}/report.pdf")
async def report_pdf(request: Request, number: int) -> Response:
    state = state_of(request)
    said_in = language_of(request, await visited(request))

    def read() -> tuple[Report, Path]:
        with state.store.reading() as session:
            report = searching.report(searching.document(session, number))
        return report, state.store.pictures.verified(report.source.sha256)

    made = await state.workers.run(jobs.report_pdf, *await run_in_threadpool(read), said_in.code)
    return Response(made, media_type="application/pdf", headers={"Content-Disposition": "inline; filename=docscan.pdf"})


@router.post("/{number}/decide")
async def decide(
    request: Request,
    number: int,
    ruling: Annotated[Ruling, Form()],
    kind: Annotated[str, Form(max_length=32)] = "",
    note: Annotated[str, Form(max_length=4000)] = "",
    tags: Annotated[str, Form(max_length=400)] = "",
    view: _Query = "",
) -> Response:
    state, account = state_of(request), account_of(request)
    asked, two = View.of(view), state.settings.two_reviewers
    if ruling is Ruling.WITHDRAWN:
        raise Failed(400, "A decision is taken back with Undo.")
    fraud = Fraud(kind) if ruling is Ruling.FORGED and kind in set(Fraud) else None
    named = [tag for tag in re.split(r"[,\s]+", tags) if tag]

    def write() -> int | None:
        with state.store.writing() as session:
            deciding.decide(session, number, ruling, by=account.name, kind=fraud, note=note, tags=named)
        with state.store.reading() as session:
            return desk.following(session, asked, number, account.name, two_reviewers=two)

    following = await run_in_threadpool(write)
    query = asked.query()
    return RedirectResponse(f"/review/{following}?view={_quoted(query)}" if following else f"/review?{query}", 303)


@router.post("/{number}/undo")
async def undo(request: Request, number: int, view: _Query = "") -> Response:
    """Takes one's own last decision back: another row follows it, none is changed."""
    state, account = state_of(request), account_of(request)

    def write() -> None:
        with state.store.writing() as session:
            if not any(decision.by == account.name for decision in deciding.standing(session, number)):
                raise Failed(400, "You have decided nothing here that could be taken back.")
            deciding.decide(session, number, Ruling.WITHDRAWN, by=account.name)

    await run_in_threadpool(write)
    return RedirectResponse(f"/review/{number}?view={_quoted(view)}", status_code=303)


async def _prepare(state: State, number: int) -> None:
    """Draws the next document while the reviewer looks at this one."""
    try:
        await state.gallery.views(number)
    except (DocscanError, WorkFailed):
        return


def _quoted(query: str) -> str:
    return quote(query, safe="")
