"""The audit trail, for whoever oversees: its last rows, its head, and whether it is whole."""

from __future__ import annotations

from itertools import islice
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from docscan.cases import audit, tables, verifying
from docscan.web.rendering import page
from docscan.web.roles import Allow
from docscan.web.rooms import ADMINISTRATORS
from docscan.web.state import state_of

router = APIRouter(prefix="/audit", dependencies=[Depends(Allow(*ADMINISTRATORS))], include_in_schema=False)

ROWS, FAULTS = 100, 100


@router.get("")
async def trail(request: Request) -> Response:
    return await page(request, "audit", faults=None, **await run_in_threadpool(_read, request))


@router.post("/verify")
async def verify(request: Request) -> Response:
    """Goes through the whole trail and everything that it vouches for."""

    def check() -> list[str]:
        with state_of(request).store.reading() as session:
            return list(islice(verifying.verify(session), FAULTS))

    faults = await run_in_threadpool(check)
    return await page(request, "audit", faults=faults, **await run_in_threadpool(_read, request))


def _read(request: Request) -> dict[str, Any]:
    with state_of(request).store.reading() as session:
        last = sa.select(tables.Audit).order_by(tables.Audit.id.desc()).limit(ROWS)
        return {"rows": list(session.scalars(last)), "head": audit.head(session)}
