"""The series in the store: who is linked with whom, how strongly, and by what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from docscan.cases import linking, tables
from docscan.errors import NoSuchRecord
from docscan.series import network
from docscan.series.network import Drawing, Node
from docscan.web.rendering import page
from docscan.web.roles import Allow
from docscan.web.rooms import REVIEWERS
from docscan.web.state import state_of

router = APIRouter(prefix="/series", dependencies=[Depends(Allow(*REVIEWERS))], include_in_schema=False)


@router.get("")
async def all_series(request: Request) -> Response:
    state = state_of(request)

    def read() -> list[Any]:
        members = sa.func.count(tables.SeriesMember.document)
        found = (
            sa.select(tables.Series.id, tables.Series.name, tables.Series.found_at, members)
            .outerjoin(tables.SeriesMember, tables.SeriesMember.series == tables.Series.id)
            .group_by(tables.Series.id, tables.Series.name, tables.Series.found_at)
            .order_by(members.desc(), tables.Series.id)
        )
        with state.store.reading() as session:
            return list(session.execute(found))

    return await page(request, "series", series=await run_in_threadpool(read))


@router.get("/{number}")
async def one_series(request: Request, number: int) -> Response:
    state = state_of(request)

    def read() -> dict[str, Any]:
        with state.store.reading() as session:
            found = session.get(tables.Series, number)
            if found is None:
                raise NoSuchRecord(f"The store has no series {number}.")
            members = sa.select(tables.SeriesMember.document).where(tables.SeriesMember.series == number)
            documents = list(
                session.scalars(
                    sa.select(tables.Document).where(tables.Document.id.in_(members)).order_by(tables.Document.id)
                )
            )
            return {"name": found.name, "documents": documents, "drawing": _drawing(session, number, documents)}

    shown = await run_in_threadpool(read)
    return await page(request, "one_series", number=number, width=network.WIDTH, height=network.HEIGHT, **shown)


def _drawing(session: Session, number: int, documents: Sequence[tables.Document]) -> Drawing | None:
    """None where nothing links them."""
    (kept,) = linking.series(session, number)
    if not kept.links:
        return None
    nodes = {
        d.id: Node(str(d.id), {"state": d.state, "number": d.document_number, "outcome": d.outcome}) for d in documents
    }
    return network.drawing(number, nodes, kept)
