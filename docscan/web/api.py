"""For programs: the same examination, with the same report, by token."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from docscan.cases import searching
from docscan.document import Decision
from docscan.report import Report
from docscan.version import VERSION
from docscan.web import receiving
from docscan.web.failures import Failed
from docscan.web.roles import AllowToken, account_of
from docscan.web.rooms import EXAMINERS, REVIEWERS
from docscan.web.state import state_of


class Answer(BaseModel):
    """What was found in a file: a report on each document, in reading order."""

    reports: tuple[Report, ...]


class Entry(BaseModel):
    """A document in the case store."""

    number: int
    examined_at: str
    state: str
    type: str
    format: str | None
    outcome: Decision
    probability: float


class Entries(BaseModel):
    total: int
    documents: tuple[Entry, ...]


class Version(BaseModel):
    docscan: str


def _refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    said = {
        400: "The request does not make sense",
        401: "No valid token",
        403: "The account's role does not allow this",
        404: "No such document",
        413: "Too large",
        415: "No picture or PDF",
        422: "Damaged, empty, or needs a password; or a parameter is out of range",
        503: "Too many documents are waiting",
        504: "Took too long",
    }
    schema = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    return {status: {"description": said[status], "content": schema} for status in statuses}


_MULTIPART = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}

router = APIRouter(prefix="/api")


@router.post(
    "/check",
    dependencies=[Depends(AllowToken(*EXAMINERS))],
    response_model=Answer,
    responses=_refusals(400, 401, 403, 413, 415, 422, 503, 504),
    openapi_extra=_MULTIPART,
)
async def check(request: Request) -> Response:
    """Examines a picture or PDF and says what speaks against each document in it. Nothing is kept unless the server is
    set to."""
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile):
        raise Failed(400, "No file came.", 'Send it as multipart/form-data, in the part "file".')
    state, account = state_of(request), account_of(request)
    result = await receiving.receive(state, file, owner=account.id, by=account.name, urgent=False)
    state.results.drop(result)
    reports = ",".join(sheet.report.model_dump_json(ensure_ascii=True) for sheet in result.sheets)
    return Response(f'{{"reports":[{reports}]}}', media_type="application/json")


@router.get(
    "/documents",
    dependencies=[Depends(AllowToken(*REVIEWERS))],
    responses=_refusals(401, 403, 422),
)
def documents(
    request: Request,
    outcome: Annotated[list[Decision] | None, Query()] = None,
    state: Annotated[str, Query(max_length=3)] = "",
    reason: Annotated[str, Query(max_length=64)] = "",
    decided: bool | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> Entries:
    """The documents in the case store that fit, in order of their numbers."""
    wanted = searching.Filter(outcomes=frozenset(outcome or ()), state=state, reason=reason, decided=decided)
    with state_of(request).store.reading() as session:
        found = searching.documents(session, wanted, limit=limit, offset=offset)
        entries = tuple(
            Entry(
                number=d.id,
                examined_at=d.examined_at,
                state=d.state,
                type=d.type,
                format=d.format,
                outcome=Decision(d.outcome),
                probability=d.probability,
            )
            for d in found
        )
        return Entries(total=searching.count(session, wanted), documents=entries)


@router.get(
    "/documents/{number}",
    dependencies=[Depends(AllowToken(*REVIEWERS))],
    responses=_refusals(401, 403, 404, 422),
)
def document(request: Request, number: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Report:
    """The report on a document in the case store, as it was kept."""
    with state_of(request).store.reading() as session:
        return searching.report(searching.document(session, number))


@router.get("/version", dependencies=[Depends(AllowToken(*EXAMINERS))], responses=_refusals(401, 403))
def version() -> Version:
    """Which docscan answers here."""
    return Version(docscan=VERSION)


@router.get("/openapi.json", dependencies=[Depends(AllowToken(*EXAMINERS))], include_in_schema=False)
def openapi(request: Request) -> dict[str, Any]:
    """The description of this API."""
    return description(request.app)


def description(app: Any) -> dict[str, Any]:
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    components = made.setdefault("components", {})
    refusal = {
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["class", "message", "remedy"],
                "properties": {name: {"type": "string"} for name in ("class", "message", "remedy")},
            }
        },
    }
    components.setdefault("schemas", {})["Refusal"] = refusal
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    made["security"] = [{"token": []}]
    return made
