"""What persons decide on documents. A decision is never changed: another one follows it."""

from __future__ import annotations

import json
from collections.abc import Collection
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from docscan.cases import audit, tables
from docscan.cases.rows import storable
from docscan.cases.searching import document as find
from docscan.errors import UsageError


class Ruling(StrEnum):
    FORGED = "forged"
    GENUINE = "genuine"
    INCONCLUSIVE = "inconclusive"
    WITHDRAWN = "withdrawn"
    """The person takes back what they decided before."""


class Fraud(StrEnum):
    """Kinds of fraud, as border authorities count them."""

    COUNTERFEIT = "counterfeit"
    PAGE_SUBSTITUTION = "page_substitution"
    PORTRAIT_SUBSTITUTION = "portrait_substitution"
    ALTERATION = "alteration"
    IMPERSONATION = "impersonation"
    FRAUDULENTLY_OBTAINED = "fraudulently_obtained"
    FANTASY = "fantasy"
    STOLEN_BLANK = "stolen_blank"


def decide(
    session: Session,
    document: int,
    ruling: Ruling,
    *,
    by: str,
    kind: Fraud | None = None,
    note: str = "",
    tags: Collection[str] = (),
) -> int:
    """Keeps a decision, within a writing session, and gives its number. Where it goes against the verdict (genuine on
    a suspect, forged on a clear) its audit row says "override".

    Raises NoSuchRecord; UsageError where a kind of fraud goes with another ruling than forged.
    """
    if kind is not None and ruling is not Ruling.FORGED:
        raise UsageError("Only a forged document has a kind of fraud.")
    outcome = find(session, document).outcome
    row = {
        "document": document,
        "at": tables.now(),
        "by": storable(by),
        "ruling": str(ruling),
        "kind": str(kind or ""),
        "note": storable(note),
        "tags": tables.canonical(sorted({storable(tag) for tag in tags})),
    }
    against = (ruling is Ruling.GENUINE and outcome == "suspect") or (ruling is Ruling.FORGED and outcome == "clear")
    number = audit.append(
        session,
        "override" if against else "decision",
        f"document {document}",
        by=by,
        details={"ruling": str(ruling), "verdict": outcome},
        vouches=content_digest(row),
    )
    session.execute(sa.insert(tables.Decision).values(id=number, **row))
    return number


def decisions(session: Session, document: int) -> list[tables.Decision]:
    """All decisions on a document, first to last."""
    found = sa.select(tables.Decision).where(tables.Decision.document == document).order_by(tables.Decision.id)
    return list(session.scalars(found))


def standing(session: Session, document: int) -> list[tables.Decision]:
    """What holds now: the last decision of each person who has not withdrawn it. More than one ruling among them is a
    disagreement."""
    last = {decision.by: decision for decision in decisions(session, document)}
    return [decision for decision in last.values() if decision.ruling != Ruling.WITHDRAWN]


def tags(decision: tables.Decision) -> list[str]:
    found: list[str] = json.loads(decision.tags)
    return found


def content_digest(row: dict[str, Any]) -> str:
    """Of a decision's columns, its number apart."""
    return tables.digest(tables.canonical(row))
